"""What a model costs and what it is worth: one file per question, each answering in `Measurement`s of `METRICS`.

Imports nothing heavy itself; measuring knows neither techniques nor data sets, only arrays, modules and ONNX files.
"""
