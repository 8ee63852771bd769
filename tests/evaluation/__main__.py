"""`python -m tests.evaluation`: the report, one line a measure; names wrong cases by id only."""

from tests.evaluation.measures import everything

for each in everything():
    shown = " ".join(each.wrong)
    print(f"{each.name:38} {each.share:6.1%}  {each.right:4} of {each.of:4}  {shown}".rstrip())
