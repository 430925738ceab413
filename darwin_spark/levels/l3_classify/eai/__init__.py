"""Label documents by EAI-Distill-0.5B (§3 L3.1) as its model card describes: a sample of the document in, ten lines out.

https://huggingface.co/EssentialAI/eai-distill-0.5b (Apache-2.0): Qwen2.5-0.5B-Instruct, tuned on labels of a 32B teacher.
"""
