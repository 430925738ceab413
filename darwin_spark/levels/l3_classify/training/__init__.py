"""How the weights of `local` are made: `make train-classifier`, or python -m darwin_spark.levels.l3_classify.training"""
