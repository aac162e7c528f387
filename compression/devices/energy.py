"""Energy on a device: its power while it computes times the modelled time, the second of three tiers.

The tiers are never mixed: a counter's figure is measured (`compression/measure/energy.py`), this one is modelled, and
`bound.py` has the analytic lower bound. With a measured time, one power a device explains the energies in MLPerf Tiny
within 12 % in nine of ten cases, which widens the time's interval.
"""

from __future__ import annotations

from compression.devices.device import Device
from compression.devices.latency import Modelled

POWER_SPREAD = (0.88, 1.12)

SECONDS_A_DAY = 86_400
NOMINAL_VOLTS = 3.7


def energy_j(latency: Modelled, device: Device) -> Modelled:
    """Joules of one inference while the device computes."""
    low, high = POWER_SPREAD
    return latency.times(device.active_w.value, low, high)


def battery_days(
    latency: Modelled, device: Device, per_day: float, battery_wh: float | None = None
) -> Modelled | None:
    """How long a battery lasts with so many inferences a day and idling else; None without a battery.

    A day has only so many seconds: more inferences than fit into it keep the device busy all day.
    """
    watt_hours = battery_wh or (device.battery_wh.value if device.battery_wh else None)
    if watt_hours is None:
        return None

    def days(seconds: float) -> float:
        busy = min(per_day * seconds, SECONDS_A_DAY)
        joules = busy * device.active_w.value + (SECONDS_A_DAY - busy) * device.idle_w.value
        return watt_hours * 3600 / joules if joules else float("inf")

    return Modelled(days(latency.value), days(latency.high), days(latency.low))
