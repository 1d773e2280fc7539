# %% solution
def judge_both_ways(detector, image):
    one, other = judge(detector, [image, image.flip(-1)])
    p = (one.probabilities["FAKE"] + other.probabilities["FAKE"]) / 2
    heat = (one.heat * one.maximum + (other.heat * other.maximum).flip(-1)) / 2
    return detector.says(p), p, heat

# %% wrong: the second map is not turned back
def judge_both_ways(detector, image):
    one, other = judge(detector, [image, image.flip(-1)])
    p = (one.probabilities["FAKE"] + other.probabilities["FAKE"]) / 2
    return detector.says(p), p, (one.heat * one.maximum + other.heat * other.maximum) / 2

# %% wrong: maps scaled to 1 are added
def judge_both_ways(detector, image):
    one, other = judge(detector, [image, image.flip(-1)])
    p = (one.probabilities["FAKE"] + other.probabilities["FAKE"]) / 2
    return detector.says(p), p, (one.heat + other.heat.flip(-1)) / 2

# %% wrong: the verdict of the face as it was given
def judge_both_ways(detector, image):
    one, other = judge(detector, [image, image.flip(-1)])
    p = (one.probabilities["FAKE"] + other.probabilities["FAKE"]) / 2
    return one.prediction, p, (one.heat * one.maximum + (other.heat * other.maximum).flip(-1)) / 2
