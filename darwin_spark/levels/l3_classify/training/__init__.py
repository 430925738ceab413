"""Train the weights of `local`: `make train-classifier`, or python -m darwin_spark.levels.l3_classify.training"""
