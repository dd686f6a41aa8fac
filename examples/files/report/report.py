import configparser
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
print((folder / "title.txt").read_text())
for path in sorted(folder.glob("*.ini")):
    settings = configparser.ConfigParser()
    settings.read(path)
    for section in settings.sections():
        print(path.name, section, dict(settings[section]))
