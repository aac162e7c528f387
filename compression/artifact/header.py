"""A packed file's header: JSON, deflated with a preset dictionary, since it should not outweigh small models.

The dictionary is part of the format: whoever changes it raises the number in the file's magic.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from compression.errors import ArtifactError
from compression.recipe import canonical_json

_LARGEST = 4 * 2**20
_WORDS = (
    b'"activations":[[1,8,"entropy",4],[2,8,"percentile",4],[3,8,"mse",4],[4,8,"minmax",4]],'
    b'[0,256],[0,1024],[2,100,["c",16],[0,0,"1"],[]],[1,1000,["f",4,3],[1,0,"h"],[]],'
    b'[1,100,["f",2,1],[1,32,"e",-5,3,0],[]],[1,1000,["i",-2,1,1],[1,16,"H"],["i",-2,4]],'
    b'[1,1000,["i",-7,7,1],[1,0,"h"],[]],[0,100,["i",-1,1,1],[1,0,"h"],[]],[0,64],[0,128],[0,40]],'
    b'"model":3,"recipe":{"model":"watch/gru digits/cnn digits/mlp fashion-mnist/ds-cnn'
    b' fashion-mnist/lenet5 fashion-mnist/vit-tiny fashion-mnist/mlp fashion-mnist/resnet8",'
    b'"seed":0,"steps":[{"sparsity":0.9,"technique":"prune"},{"activations":8,"bias":"corrected",'
    b'"bits":4,"calibration":"mse","ends":"same","epochs":1.0,"equalize":"off","exponent":4,'
    b'"format":"codebook","float","int","group":0,"images":512,"layers":"","mantissa":3,'
    b'"method":"adaround","hqq","nearest","gptq","refit","per":"channel","scales":"power-of-two",'
    b'"free","scheme":"asymmetric","symmetric","technique":"quantize"}]},"tensors":[[1,'
)
"""What headers say most, the most common last."""


def write(contents: dict[str, Any]) -> bytes:
    """The contents, small."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=_WORDS)
    return packer.compress(canonical_json(contents).encode()) + packer.flush()


def read(data: bytes) -> dict[str, Any]:
    """What ``write`` wrote, from untrusted bytes; ArtifactError if it is no header, or one without end."""
    reader = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_WORDS)
    try:
        text = reader.decompress(data, _LARGEST)
        contents = json.loads(text)
    except (zlib.error, ValueError, RecursionError):
        contents = None
    if not isinstance(contents, dict):
        raise ArtifactError("The file is corrupt: its header can't be read; export it again.")
    return contents
