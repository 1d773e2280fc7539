"The package as settings.ini describes it (nbdev 2)."
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

ini = ConfigParser(delimiters=["="])
ini.read(Path(__file__).parent / "settings.ini", encoding="utf-8")
cfg = ini["DEFAULT"]
DETECTORS = {f"{cfg['lib_path']}.models.{name}": name for name in ("photos", "drawn", "masked")}  # installed with the package

setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=cfg["author"],
    license="MIT; the weights in models/photos: research, non-commercial",
    keywords=cfg["keywords"].split(),
    packages=[cfg["lib_path"], *DETECTORS],
    package_dir={package: f"models/{name}" for package, name in DETECTORS.items()},
    package_data={cfg["lib_path"]: ["py.typed", "astronaut.jpg"], **{package: ["*"] for package in DETECTORS}},
    python_requires=f">={cfg['min_python']}",
    install_requires=cfg["requirements"].split(),
    extras_require={name: cfg[f"{name}_requirements"].split() for name in ("video", "app", "ray", "dev")},
    entry_points={"console_scripts": cfg["console_scripts"].split(), "nbdev": [f"{cfg['lib_name']}={cfg['lib_path']}._modidx:d"]},
    zip_safe=False,
)
