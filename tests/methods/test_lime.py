"""LIME against closed forms, scikit-learn, lime and captum."""

import captum.attr as captum
import numpy as np
import pytest
import torch
from captum._utils.models.linear_model import SkLearnRidge
from hypothesis import given, settings
from hypothesis import strategies as st
from lime.lime_base import LimeBase
from lime.lime_image import LimeImageExplainer
from sklearn.linear_model import Ridge
from sklearn.metrics import pairwise_distances

from methods_helpers import convolutional_model, linear_model, photos
from saliometer.methods import lime, load
from saliometer.methods.engines.ridge import weighted_ridge
from saliometer.seeds import seed_from


def superpixels(count, height=8, width=8, segments=9, seed=0):
    """Draw a segmentation of each mosaic, int32 (count, height, width), every label in each."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(np.arange(height * width) % segments) for _ in range(count)]
    return np.array(drawn, dtype=np.int32).reshape(count, height, width)


def explain(model, inputs, targets, segments, seeds=None, micro_batch=None, **given):
    seeds = list(range(len(inputs))) if seeds is None else seeds
    return lime.attribute(
        model, inputs, torch.as_tensor(targets), seeds, lime.Settings(**given), micro_batch, segments=segments
    )


def weights_of(maps, segments):
    """Read the weight of each superpixel off maps, which are constant on them: a list of arrays."""
    found = []
    for drawn, labels in zip(maps.numpy(), segments, strict=True):
        first = np.unique(labels, return_index=True)[1]
        weights = drawn.ravel()[first]
        assert np.array_equal(drawn, weights[labels])
        found.append(weights)
    return found


def test_samples_are_weighted_by_their_cosine_distance_to_the_mosaic():
    visible = lime.draw(7, 300, seed=2)
    visible[5] = False
    data = visible.numpy().astype(float)
    distances = pairwise_distances(data, data[:1], metric="cosine").ravel()
    expected = np.sqrt(np.exp(-(distances**2) / 0.25**2))
    np.testing.assert_allclose(lime.kernel(visible, 0.25), expected, rtol=1e-9)
    assert lime.kernel(visible[:1], 0.25).item() == 1
    quarter = torch.tensor([[True, False, False, False]])
    assert lime.kernel(quarter, 0.5).item() == pytest.approx(np.exp(-0.5))  # 1 - sqrt(1/4) is the width


def test_samples_show_half_of_the_superpixels_and_the_first_shows_all():
    visible = lime.draw(50, 2000, seed=1)
    assert visible[0].all()
    np.testing.assert_allclose(visible.double().mean(0), 0.5, atol=0.05)
    assert torch.equal(visible, lime.draw(50, 2000, seed=1))
    assert not torch.equal(visible, lime.draw(50, 2000, seed=2))


@settings(max_examples=30, deadline=None)
@given(
    samples=st.integers(2, 60),
    features=st.integers(1, 20),
    intercept=st.booleans(),
    alpha=st.floats(0.01, 100),
    seed=st.integers(0, 999),
)
def test_ridge_is_that_of_scikit_learn_and_permutes_with_its_features(
    samples, features, intercept, alpha, seed
):
    rng = np.random.default_rng(seed)
    design = rng.integers(0, 2, (samples, features)).astype(float)
    responses, weights = rng.normal(size=(samples, 3)), rng.uniform(0.01, 2, samples)
    found = weighted_ridge(*map(torch.as_tensor, (design, responses, weights)), alpha, intercept)
    expected = Ridge(alpha=alpha, fit_intercept=intercept).fit(design, responses, sample_weight=weights)
    np.testing.assert_allclose(found.T, expected.coef_, rtol=1e-6, atol=1e-9)
    order = rng.permutation(features)
    permuted = weighted_ridge(*map(torch.as_tensor, (design[:, order], responses, weights)), alpha, intercept)
    np.testing.assert_allclose(permuted, found[order], rtol=1e-6, atol=1e-9)


def test_coefficients_are_those_of_the_lime_package_on_the_same_samples():
    model, seeds = convolutional_model(torch.nn.Tanh), [4, 5]
    inputs, segments = model.preprocess(photos(2)), superpixels(2)
    maps = explain(model, inputs, [1, 3], segments, seeds, samples=200, explains="probability")
    for row, (target, found) in enumerate(zip([1, 3], weights_of(maps, segments), strict=True)):
        visible = lime.draw(9, 200, seeds[row])
        copies = inputs[row] * visible[:, segments[row]][:, None]
        probabilities = model.network(copies).softmax(1).double().numpy()
        data = visible.numpy().astype(float)
        distances = pairwise_distances(data, data[:1], metric="cosine").ravel()
        base = LimeBase(lambda d: np.sqrt(np.exp(-(d**2) / 0.25**2)))
        theirs = base.explain_instance_with_data(
            data, probabilities, distances, target, 9, feature_selection="none"
        )[1]
        np.testing.assert_allclose(found, [weight for _, weight in sorted(theirs)], rtol=1e-4, atol=1e-8)


def test_the_published_map_is_the_mask_of_the_lime_package():
    model, count = convolutional_model(torch.nn.Tanh, mean=(0.5,) * 3, sd=(0.5,) * 3), 20
    mosaics, segments = photos(3), superpixels(3, segments=count)
    method = load("lime", model, preset="published")
    assert not method.signed
    found = method.explain(mosaics, [0, 2, 4], ["a", "b", "c"], segments=segments).maps
    for row, (target, name) in enumerate(zip([0, 2, 4], "abc", strict=True)):
        visible = lime.draw(count, 1000, seed_from(name, "lime")).numpy().astype(int)

        class Given:
            def randint(self, low, high, size, visible=visible):
                return visible.ravel()

        explainer = LimeImageExplainer()
        explainer.random_state = Given()
        explanation = explainer.explain_instance(
            mosaics[row],
            lambda images: model.logits(model.preprocess(np.asarray(images))).softmax(1).numpy(),
            labels=(target,),
            top_labels=None,
            hide_color=0,
            num_samples=1000,
            batch_size=100,
            segmentation_fn=lambda image, labels=segments[row]: labels,
            random_seed=1,
        )
        mask = explanation.get_image_and_mask(target, positive_only=True, num_features=5)[1]
        assert np.array_equal(found[row], mask)
        assert len(np.unique(segments[row][mask == 1])) <= 5


def test_equality_with_captum_on_the_same_samples():
    model, seed = convolutional_model(torch.nn.Tanh), 9
    inputs, segments = model.preprocess(photos(1)), superpixels(1)
    visible = lime.draw(9, 80, seed)
    rows = iter(visible.float()[:, None])
    peer = captum.Lime(
        model.network,
        interpretable_model=SkLearnRidge(alpha=1.0),
        similarity_func=lambda original, perturbed, sample, **rest: lime.kernel(sample.bool(), 0.25),
        perturb_func=lambda original, **rest: next(rows),
    )
    theirs = peer.attribute(
        inputs, target=2, feature_mask=torch.as_tensor(segments).long()[:, None], n_samples=80
    )
    found = explain(model, inputs, [2], segments, [seed], samples=80, fill="black")
    torch.testing.assert_close(found, theirs[:, 0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("micro_batch", [1, 6, None])
def test_a_linear_model_is_explained_by_its_weights(micro_batch):
    model = linear_model(6, 9, mean=(0.4, 0.5, 0.3), sd=(0.2, 0.3, 0.25))
    inputs, segments = model.preprocess(photos(2, 6, 9)), superpixels(2, 6, 9, segments=7)
    weights = model.network[1].weight.view(-1, 3, 6, 9)[[3, 0]]
    starts = {"mean_colour": torch.zeros(3), "black": -torch.tensor([2, 5 / 3, 1.2])}
    for fill, start in starts.items():
        maps = explain(model, inputs, [3, 0], segments, None, micro_batch, samples=60, fill=fill, ridge=1e-6)
        products = (weights * (inputs - start.view(3, 1, 1))).sum(1).numpy()
        for found, parts, labels in zip(weights_of(maps, segments), products, segments, strict=True):
            np.testing.assert_allclose(found, np.bincount(labels.ravel(), parts.ravel()), atol=1e-4)


def test_more_superpixels_than_samples_still_have_weights():
    model = convolutional_model(torch.nn.Tanh)
    segments = superpixels(1, segments=40)
    maps = explain(model, model.preprocess(photos(1)), [0], segments, samples=10)
    assert maps.isfinite().all()
    assert (maps < 0).any()


@pytest.mark.parametrize(
    ("weights", "count", "expected"),
    [
        ([0.1, -3, 2, 0.5, 0], 2, [0, 0, 1, 1, 0]),
        ([0.1, -3, 2, 0.5, 0], 4, [1, 0, 1, 1, 0]),  # zero is not positive
        ([0.1, -3, 2, 0.5, 0], 9, [1, 0, 1, 1, 0]),
        ([-1, -2, -3, -4, -5], 5, [0, 0, 0, 0, 0]),
    ],
)
def test_the_mask_holds_the_largest_positive_weights(weights, count, expected):
    assert lime.largest_positive(torch.tensor([weights]), count).tolist() == [expected]


@pytest.mark.parametrize("strange", [float("nan"), float("inf")])
def test_a_mask_of_weights_that_are_not_finite_is_none(strange):
    masks = lime.largest_positive(torch.tensor([[0.1, strange, -2], [0.1, 0.2, -2]]), 1)
    assert masks[0].isnan().all()
    assert masks[1].tolist() == [0, 1, 0]


def test_maps_are_signed_but_for_the_mask():
    assert lime.signed(lime.Settings())
    assert not lime.signed(lime.Settings(**lime.SPEC.presets["published"]))


def test_classes_of_one_mosaic_share_all_passes():
    model, sizes = convolutional_model(torch.nn.Tanh), []
    mosaics, segments = photos(2)[[0, 0, 0, 1]], superpixels(2)[[0, 0, 0, 1]]
    alone = load("lime", model, samples=40)
    expected = [
        alone.explain(mosaics[[row]], [row], ["aaab"[row]], segments[[row]]).maps[0] for row in range(4)
    ]
    handle = model.network.register_forward_pre_hook(lambda module, given: sizes.append(len(given[0])))
    method = load("lime", model, micro_batch=7, samples=40)
    found = method.explain(mosaics, [0, 1, 2, 3], list("aaab"), segments).maps
    handle.remove()
    assert sum(sizes) == 2 * 40
    assert max(sizes) == 7
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
