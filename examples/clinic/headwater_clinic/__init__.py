"""The clinic: a hospital's AI lake, its pipeline, six planted incidents and the story that asks Headwater about them.

It is an example, not a part of `headwater`: it uses the package from outside, as any user's pipeline would.
Read `cohort.py` and `sources.py` for the data, `pipeline.py` for the steps, `incidents.py` for the truth, `story.py` for the demo.
"""
