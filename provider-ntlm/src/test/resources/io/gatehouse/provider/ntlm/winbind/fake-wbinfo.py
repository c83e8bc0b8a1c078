#!/usr/bin/python3
"""wbinfo with answers from a JSON file, by argument: text, or exit code and standard error."""
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "fake.json"), encoding="utf-8") as file:
    ANSWERS = json.load(file)["wbinfo"]
with open(os.path.join(HERE, "questions"), "a", encoding="utf-8") as questions:
    questions.write(json.dumps(sys.argv[1:]) + "\n")

answer = ANSWERS.get(" ".join(sys.argv[1:]), "!WBC_ERR_DOMAIN_NOT_FOUND")
if answer == "hangs":
    time.sleep(60)
if answer.startswith("!"):
    sys.stderr.write("failed to call wbcSomething: " + answer[1:] + "\n")
    sys.exit(1)
sys.stdout.write(answer)
