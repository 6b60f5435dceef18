"""A page with a form that brings a file, as those of deviations and of the door do; for tests of the queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from hub import photos
from hub.acts.form import ActForm
from hub.acts.once import once
from web.access import DOCK, allow
from web.pages import redirect, shared_context

router = APIRouter()
PAGE = """{% extends "web/layout.html" %}{% import "hub/acts.html" as acts with context %}
{% block head %}{{ acts.head() }}{% endblock %}
{% block content %}<h1>Foto</h1>{{ acts.waiting() }}{% if done %}<p id="done">Tack</p>{% endif %}
<form method="post" action="/hub/stage/photo" enctype="multipart/form-data" data-dock data-name="Skadat kolli">
{{ c.token() }}<label for="photo">Foto</label><input type="file" id="photo" name="photo">
<label for="text">Text</label><input id="text" name="text"><button>Spara</button></form>{% endblock %}"""


@router.get("/hub/stage/photo")
@allow(DOCK)
def page(request: Request, done: str = "") -> Response:
    env = request.app.state.templates
    return HTMLResponse(env.from_string(PAGE).render(shared_context(request) | {"done": done}))


@router.post("/hub/stage/photo")
@allow(DOCK)
def take(request: Request, act: ActForm, photo: Annotated[UploadFile, File()]) -> Response:
    now, who = request.app.state.now(), request.state.viewer.name
    with request.app.state.engine.begin() as conn:
        if once(conn, act.id, "photo", who, now, act.at):
            photos.keep(conn, photo.file.read(), who, now)
    return redirect(request, "/hub/stage/photo?done=yes")
