"""How the weights of `local` are made: `make train-classifier`, or python -m darwin_spark.l3_classify.training"""
