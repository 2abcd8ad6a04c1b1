"""Files of weights that torch would take in silence, or wait for, are one line each."""

import os

import pytest
import torch
from safetensors.torch import save_file

from saliometer.errors import UserError
from saliometer.models.weights import check_sha256, fit_state, read_state


@pytest.fixture
def network():
    return torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))


def refusal(read, *arguments) -> str:
    with pytest.raises(UserError) as caught:
        read(*arguments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        (lambda weight: weight.to(torch.complex64), "0.weight (complex64)"),
        (lambda weight: weight.to(torch.int8), "0.weight (int8)"),
        (lambda weight: weight > 0, "0.weight (bool)"),
        (lambda weight: weight.to_sparse(), "0.weight (float32, sparse_coo)"),
        (lambda weight: weight.to("meta"), "0.weight (float32, without values)"),
    ],
)
def test_tensors_of_another_kind_are_refused_with_their_key(network, tmp_path, altered, said):
    state = {**network.state_dict(), "0.weight": altered(network[0].weight.detach())}
    line = refusal(fit_state, network, state, tmp_path / "w.pth", "tiny")
    assert line.startswith(
        f"{tmp_path / 'w.pth'}: does not fit tiny: no plain tensors of floating-point numbers"
    )
    assert f": {said}; save `network.state_dict()`" in line


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_floating_point_numbers_of_any_size_and_counts_fit(network, tmp_path, dtype):
    state = {
        key: value.to(dtype) if value.is_floating_point() else value
        for key, value in network.state_dict().items()
    }
    save_file(state, tmp_path / "w.safetensors")
    fit_state(network, read_state(tmp_path / "w.safetensors"), tmp_path / "w.safetensors", "tiny")
    assert torch.equal(network[0].weight, state["0.weight"].float())


@pytest.mark.filterwarnings("ignore")
def test_no_word_of_torch_advises_to_run_what_a_file_holds(network, tmp_path, monkeypatch):
    torch.jit.trace(network.eval(), torch.zeros(1, 3)).save(str(tmp_path / "script.pt"))
    line = refusal(read_state, tmp_path / "script.pt")
    assert line.startswith(f"{tmp_path / 'script.pt'}: holds a TorchScript program, not a state dict; save")
    torch.save(network, tmp_path / "whole.pth")
    monkeypatch.setattr(
        torch, "load", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("set weights_only=False"))
    )
    for said in (line, refusal(read_state, tmp_path / "whole.pth")):
        assert "weights_only" not in said


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.pth")
    (tmp_path / "folder.safetensors").mkdir()
    for name, kind in {"pipe.pth": "a named pipe", "folder.safetensors": "a folder"}.items():
        assert f"{name}: is {kind}, not a file" in refusal(read_state, tmp_path / name)
        assert f"{name}: is {kind}, not a file" in refusal(check_sha256, tmp_path / name, "0", "mend it")
