"""The choice of layers in the form of a notice."""

from __future__ import annotations

from typing import Any

from django.forms import Select

from tiles.releases.models import Layer


class LayerSelect(Select):
    """A choice of the layers that are published when the form is shown."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Looks the layers up anew each time."""
        self.choices = [(layer.code, layer.title) for layer in Layer.objects.published()]
        return super().optgroups(name, value, attrs)
