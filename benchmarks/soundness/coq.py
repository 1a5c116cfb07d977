"""`coqc` on goals and mutants of goals, and the table of what it said."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.soundness.coq_goals import Goal

PRELUDE = r"""
Require Import Reals ZArith Lia Lra Psatz Nsatz.
Set Warnings "-all".
Open Scope R_scope.

(* Signs by the way in which a term is put together. *)
Ltac signs :=
  match goal with
  | |- _ >= 0 => apply Rle_ge; signs
  | |- _ > 0 => apply Rlt_gt; signs
  | |- 0 <= _ => first
      [ assumption | apply pow2_ge_0 | apply Rle_0_sqr
      | apply Rplus_le_le_0_compat; signs | apply Rmult_le_pos; signs | apply pow_le; signs
      | apply Rle_mult_inv_pos; signs | lra | nra ]
  | H : 0 <= ?r, E : ?r ^ 2 = ?t |- 0 < ?r => (* A root of something positive. *)
      let G := fresh in let P := fresh in
      destruct H as [G | G];
        [ exact G | exfalso; assert (P : 0 < t) by signs; rewrite <- G in E; cbn [pow] in E; lra ]
  | |- 0 < _ => first
      [ assumption | lra | apply Rdiv_lt_0_compat; signs | apply Rinv_0_lt_compat; signs
      | apply Rmult_lt_0_compat; signs | apply pow_lt; signs
      | apply Rplus_lt_le_0_compat; signs | apply Rplus_le_lt_0_compat; signs
      | nra ]
  end.

(* t = 0 for a quotient t whose numerator is zero by an equation. *)
Ltac multiple E :=
  field_simplify_eq; [ first [ lra | rewrite <- E; ring | (cbn [pow] in *; solve [ nsatz ]) ] | assumption ].

(* A denominator that is not zero: supposed, of a sign, or a factor of what is supposed not to be zero. *)
Ltac apart :=
  first
    [ assumption | apply Rmult_integral_contrapositive_currified; assumption | lra
    | let E := fresh in
      intro E; match goal with H : _ <> 0 |- _ => apply H; first [ lra | rewrite E; ring | nra | multiple E ] end
    | apply Rmult_integral_contrapositive_currified; apart
    | apply pow_nonzero; apart
    | apply Rgt_not_eq; signs
    | nra ].
Ltac sides := repeat split; apart.
(* An equation that follows from others; nsatz does not read powers. *)
Ltac ideal := cbn [pow] in *; solve [ nsatz ].
Ltac cleared :=
  field_simplify_eq; match goal with |- _ = _ => first [ lra | ideal | nra ] | |- _ => sides end.
Ltac equation :=
  first
    [ ring | solve [ field; sides ] | lra | ideal | solve [ cleared ]
    | apply Rsqr_inj; [ signs | signs | unfold Rsqr; first [ ideal | solve [ cleared ] ] ]
    | nra ].
Ltac order := first [ signs | lra | nra | field_simplify; first [ lra | nra ] ].
Ltac claim :=
  match goal with
  | |- _ /\ _ => split; claim
  | |- _ = _ => equation
  | |- _ <> _ => apart
  | |- _ \/ _ => first [ left; claim | right; claim ]
  | |- True => exact I
  | |- _ => order
  end.
Ltac cases :=
  repeat match goal with
    | H : _ /\ _ |- _ => destruct H
    | H : _ \/ _ |- _ => destruct H
    | H : ?x <= 0, G : ?x >= 0 |- _ =>
        let E := fresh in assert (E : x = 0) by lra; clear H G; try subst x
    end.
(* First without what was shown on the way, which follows from the rest and may be long. *)
Definition farther (P : Prop) := P.
Ltac decide_with := first [ solve [ claim ] | cases; subst; solve [ claim ] ].
Ltac decide_reals :=
  intros;
  first
    [ solve [ repeat match goal with H : farther _ |- _ => clear H end; decide_with ]
    | match goal with _ : farther _ |- _ => unfold farther in * end; decide_with ].
Ltac decide_integers := intros; unfold farther in *; first [ lia | nia | ring ].
"""

PATIENCE = 30
"""Seconds for one goal; hardly one needs more than one of them on a machine with nothing else to do."""

MUTANT_PATIENCE = 5
"""Seconds for one mutant: it is false, and no time would be enough."""

_THROUGH = "tried all of "

BATCH = 40
"""How many goals stand in one file."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether Coq accepted a goal, and what it said of one that it did not."""

    accepted: bool
    message: str = ""

    @property
    def ran_out(self) -> bool:
        """Whether the time of a mutant was up before the tactic was through."""
        return not self.accepted and bool(self.message)


def available() -> bool:
    """Whether `coqc` is installed."""
    return shutil.which("coqc") is not None


def tactic_of(goal: Goal) -> str:
    """The tactic for a goal, and for its mutants."""
    return "decide_integers" if goal.integers else "decide_reals"


def text_of(goal: Goal, refused: bool = False, number: int = 0) -> str:
    """A goal with its proof; of one that is to be refused, that the same tactic fails.

    Coq then prints the number when the tactic was through before its time was up.
    """
    stated = f"Goal ({goal.statement()}){'%Z' if goal.integers else '%R'}.\nProof. "
    tactic = tactic_of(goal)
    if not refused:
        return f"{stated}timeout {PATIENCE} {tactic}. Qed.\n"
    noted = f'first [ {tactic} | idtac "{_THROUGH}{number}."; fail 1 ]'
    return f"{stated}Fail timeout {MUTANT_PATIENCE} {noted}. Abort.\n"


def checked(goals: Sequence[Goal], refused: bool = False, jobs: int = 2) -> list[Answer]:
    """What `coqc` says of each goal, in files of many goals each."""
    batches = [goals[start : start + BATCH] for start in range(0, len(goals), BATCH)]
    with ThreadPoolExecutor(jobs) as pool:
        return [answer for answers in pool.map(partial(_batch, refused=refused), batches) for answer in answers]


def _batch(goals: Sequence[Goal], refused: bool) -> list[Answer]:
    """The answers for one file, which is continued behind each goal that is not as it should be."""
    answers: list[Answer] = []
    while len(answers) < len(goals):
        texts = [text_of(goal, refused, number) for number, goal in enumerate(goals[len(answers) :])]
        succeeded, output = _run(PRELUDE + "".join(texts))
        if succeeded:
            answers += _failures(output, len(texts)) if refused else [Answer(True)] * len(texts)
            break
        place = re.search(r"line (\d+), characters[^:]*:", output)
        if place is None:
            raise RuntimeError(f"coqc: {output[:2000]}")
        line, position = PRELUDE.count("\n") + 1, 0
        while position < len(texts) - 1 and line + texts[position].count("\n") <= int(place.group(1)):
            line += texts[position].count("\n")
            position += 1
        if int(place.group(1)) <= PRELUDE.count("\n"):
            raise RuntimeError(f"coqc does not read the tactics: {output[:2000]}")
        message = output[place.end() :].strip()
        if refused and "has not failed" not in message:
            raise RuntimeError(f"coqc does not read a mutant: {message[:2000]}")
        answers += _failures(output, position) if refused else [Answer(True)] * position
        answers.append(Answer(refused, message))
    return answers


def _failures(output: str, count: int) -> list[Answer]:
    """The answers for mutants that were all rejected."""
    return [Answer(False, "" if f"{_THROUGH}{number}." in output else "the time was up") for number in range(count)]


def _run(text: str) -> tuple[bool, str]:
    """Whether `coqc` accepts the file, and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goals.v"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["coqc", "-q", path.name], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        return done.returncode == 0, done.stdout + done.stderr
