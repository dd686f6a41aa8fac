import argparse
import configparser
import os

parser = argparse.ArgumentParser()
parser.add_argument("--config", required=True)
settings = configparser.ConfigParser()
settings.read_file(open(parser.parse_args().config))
print(os.environ["AWS_REGION"], dict(settings["processor"]))
