#!/bin/sh
set -eu
exec python /opt/report/report.py /etc/report
