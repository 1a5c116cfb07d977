"""`coqc` on goals and mutants of goals, and the table of what it said."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.soundness.coq_goals import Goal

PRELUDE = r"""
Require Import Reals ZArith Lia Lra Psatz Nsatz.
Set Warnings "-all".
Open Scope R_scope.

(* A denominator that is not zero: supposed, positive, or a factor of what is supposed not to be zero. *)
Ltac apart :=
  first
    [ assumption | lra
    | let E := fresh in intro E; match goal with H : _ <> 0 |- _ => apply H; first [ lra | rewrite E; ring | nra ] end
    | nra ].
Ltac sides := repeat split; apart.
Ltac cases :=
  repeat match goal with
    | H : _ /\ _ |- _ => destruct H
    | H : _ \/ _ |- _ => destruct H
    end.
Ltac equation :=
  first [ ring | field; sides | lra | nsatz | field_simplify_eq; [ first [ lra | nsatz | nra ] | sides ] | nra ].
Ltac order := first [ lra | nra ].
Ltac claim :=
  match goal with
  | |- _ /\ _ => split; claim
  | |- _ = _ => equation
  | |- _ <> _ => apart
  | |- _ \/ _ => first [ left; claim | right; claim ]
  | |- True => exact I
  | |- _ => first [ order | field_simplify; order ]
  end.
Ltac decide_reals := intros; first [ solve [ claim ] | cases; solve [ claim ] ].
Ltac decide_integers := intros; first [ lia | nia | ring ].
"""

PATIENCE = 10
"""Seconds for one goal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether Coq accepted a goal; for one that it did not, what it said."""

    accepted: bool
    message: str = ""


def available() -> bool:
    """Whether `coqc` is installed."""
    return shutil.which("coqc") is not None


def tactic_of(goal: Goal) -> str:
    """The tactic for a goal, and for its mutants."""
    return "decide_integers" if goal.integers else "decide_reals"


def _text(goal: Goal, patience: int) -> str:
    scope = "%Z" if goal.integers else "%R"
    return f"Goal ({goal.statement()}){scope}.\nProof. timeout {patience} {tactic_of(goal)}. Qed.\n"


def checked(goals: Sequence[Goal], patience: int = PATIENCE) -> list[Answer]:
    """What `coqc` says of each goal; one file, continued behind each goal that it does not accept."""
    answers: list[Answer] = []
    while len(answers) < len(goals):
        remaining = goals[len(answers) :]
        texts = [_text(goal, patience) for goal in remaining]
        starts, line = [], PRELUDE.count("\n") + 1
        for text in texts:
            starts.append(line)
            line += text.count("\n")
        output = _run(PRELUDE + "".join(texts))
        if output is None:
            answers += [Answer(True)] * len(remaining)
            break
        place = re.search(r'line (\d+), characters', output)
        if place is None:
            raise RuntimeError(f"coqc: {output[:2000]}")
        wrong = max(k for k, start in enumerate(starts) if start <= int(place.group(1)))
        answers += [Answer(True)] * wrong
        answers.append(Answer(False, output[place.start():].strip()))
    return answers


def _run(text: str) -> str | None:
    """None when `coqc` accepts the file, else what it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goals.v"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["coqc", "-q", path.name], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        return None if done.returncode == 0 else done.stderr + done.stdout
