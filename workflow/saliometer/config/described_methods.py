"""The methods of a study described for its tables, figures and report, and what its jobs are told of them."""

from saliometer.config.methods import EveryMethod, models_of, name_of, replicates_of, settings_of
from saliometer.config.study import Config
from saliometer.methods import registry
from saliometer.models import families

WHERE_THE_FILE_LIES = {"file"}  # a method's own file counts by its content
# How many networks a block explains changes none of them, so a job tells which one it is, not of how many.
NOT_IN_A_JOB = {*WHERE_THE_FILE_LIES, *EveryMethod.model_fields}
METHODS_OF_THE_STUDY = ("gradcam", "gradcam++", "smoothgrad", "intgrad", "lrp", "lime", "shap", "bcos")


def replicates_by_method(config: Config) -> dict[str, list[str]]:
    """Return the numbers of the replicates of each block."""
    return {name: replicates_of(block, config.replicates) for name, block in config.methods.items()}


def describe_methods(config: Config) -> dict[str, dict]:
    """Describe each block: its method, label, kind and settings, and the models that it explains."""
    return {
        name: {**_described(block, config), "models": sorted(models_of(block, config.models))}
        for name, block in config.methods.items()
    }


def _described(block: EveryMethod, config: Config) -> dict:
    randomized, settings, method = block.randomized_model > 0, settings_of(block), name_of(block)
    set_keys = {key for key in EveryMethod.model_fields if getattr(block, key)} - {"models"}
    where = " on random weights" if randomized else ", tiles apart" if block.disconnected else ""
    ceiling = {"ceiling_of": _same_but_connected(block, config)} if block.disconnected else {}
    spec = registry.spec_of(method)
    return {
        "method": block.method,
        "label": f"{spec.label}{where}",
        "signed": spec.is_signed(settings),
        "control": spec.control or randomized or block.disconnected,
        "stochastic": spec.stochastic and not randomized,
        "settings": block.model_dump(exclude={"method", *(NOT_IN_A_JOB - set_keys)}),
        **ceiling,
    }


def _same_but_connected(block: EveryMethod, config: Config) -> list[str]:
    """Return the blocks that a disconnected one is the ceiling of: the same method with the same settings."""
    settings = block.model_dump(exclude=set(EveryMethod.model_fields))
    return [
        name
        for name, other in config.methods.items()
        if not (other.disconnected or other.randomized_model)
        and other.model_dump(exclude=set(EveryMethod.model_fields)) == settings
    ]


def why_not_explained(config: Config) -> list[dict]:
    """List the methods of the published study that are not in this one, as they can't explain a model."""
    reasons = []
    there = {name_of(block) for block in config.methods.values()}  # each explains the models that it can
    for method in (name for name in METHODS_OF_THE_STUDY if name not in there):
        module = registry.describe(method)
        for model, block in sorted(config.models.items()):
            traits = families.traits_of(block.architecture)
            traits = traits._replace(target_layer=block.target_layer or traits.target_layer)
            why_not = registry.why_not(method, traits, module.Settings())
            if why_not:
                reasons.append({"label": module.SPEC.label, "model": model, "why": why_not})
    return reasons
