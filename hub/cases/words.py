"""Cases in words that people use. Message ids."""

from __future__ import annotations

from hub.cases.decide import Stage
from web.languages import N_

STAGES: dict[str, tuple[str, str]] = {
    Stage.NEW: ("wait", N_("Nobody has it")),
    Stage.TAKEN: ("info", N_("Under way")),
    Stage.WITH_SUPPLIER: ("info", N_("The supplier must answer")),
    Stage.DONE: ("good", N_("Done")),
}
"""How a stage is shown: the tag's look and its words."""

WANTED: dict[str, str] = {"credit": N_("A credit note"), "replace": N_("New goods")}

ANSWERS: dict[str, str] = {
    "credited": N_("They credit it"),
    "replaced": N_("They send new goods"),
    "refused": N_("They say no"),
    "withdrawn": N_("We withdraw the claim"),
}

WAYS: dict[str, str] = {
    "channel": N_("by their own channel"),
    "mail": N_("by e-mail"),
    "person": N_("by a person"),
    "none": N_("not at all"),
}

LOG: dict[str, str] = {
    "opened": N_("reported it"),
    "taken": N_("took the case"),
    "given": N_("gave the case to %(text)s"),
    "left": N_("let go of the case"),
    "said": N_("wrote: “%(text)s”"),
    "photo": N_("added a photo"),
    "due": N_("set the day to %(text)s"),
    "claimed": N_("made the claim %(text)s"),
    "told_channel": N_("sent the claim by the supplier's own channel"),
    "told_mail": N_("sent the claim by e-mail"),
    "told_person": N_("told the supplier of the claim"),
    "call_them": N_("could not send the claim: call the supplier"),
    "answer_credited": N_("noted that %(text)s is credited"),
    "answer_replaced": N_("noted that %(text)s is replaced"),
    "answer_refused": N_("noted that %(text)s is refused"),
    "answer_withdrawn": N_("withdrew %(text)s"),
    "closed": N_("closed the case"),
    "reopened": N_("opened the case again"),
}

OUTCOMES: dict[str, str] = {
    "mistake": N_("It was a slip and was taken back."),
    "announced": N_("The despatch advice came, and the parcel was recognised."),
    "assigned": N_("The parcel was given to its order."),
    "undone": N_("The scan was undone."),
}
"""How a case ended that ended by itself; other outcomes are a person's own words."""

ENOUGH = N_("A case holds six photos at most.")
NO_ORDER = N_("There is no order %(number)s. Look on the delivery note, or ask the supplier.")
CLAIM_WAITS = N_("Say first what the supplier answered to the claim, or withdraw it.")
UNCLAIMABLE: dict[str, tuple[str, str]] = {
    "closed": ("", N_("The case is closed. Open it again first.")),
    "kind": ("", N_("There is nothing to ask of the supplier in this case.")),
    "order": ("", N_("The parcel belongs to no order yet, so nobody can be asked.")),
    "wanted": ("wanted-credit", N_("Choose what you want: a credit note or new goods.")),
    "twice": ("", N_("There is a claim already. It must be answered first.")),
    "line": ("line", N_("Choose which article it is about.")),
    "quantity": ("quantity", N_("Write how many, at most as many as were announced.")),
}
"""Why there can be no claim: the field, and what to do."""
