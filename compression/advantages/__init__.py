"""What a smaller model buys: eleven advantages of scaling down, each a figure with its source. Torch-free."""

from compression.advantages.advantage import Advantage, Gain
from compression.advantages.eleven import advantages
from compression.advantages.fleet import Fleet, Yearly, yearly
from compression.advantages.payback import Making, Payback, payback

__all__ = [
    "Advantage",
    "Fleet",
    "Gain",
    "Making",
    "Payback",
    "Yearly",
    "advantages",
    "payback",
    "yearly",
]
