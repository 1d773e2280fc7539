# %% solution
def least_strength(bench, person, region, strengths):
    for strength in sorted(strengths):
        p_fake, = bench.p_fake((bench.forged(person, region, strength),))
        if bench.detector.says(p_fake) == "FAKE": return strength
    return None

# %% wrong: FAKE from 0.5 on, whatever the detector's threshold
def least_strength(bench, person, region, strengths):
    return next((s for s in sorted(strengths) if bench.p_fake((bench.forged(person, region, s),))[0] > 0.5), None)

# %% wrong: the first of the list
def least_strength(bench, person, region, strengths):
    for strength in strengths:
        if bench.detector.says(bench.p_fake((bench.forged(person, region, strength),))[0]) == "FAKE": return strength

# %% wrong: the surest, not the weakest
def least_strength(bench, person, region, strengths):
    p_fake = bench.p_fake(tuple(bench.forged(person, region, strength) for strength in strengths))
    return strengths[int(np.argmax(p_fake))]

# %% wrong: the person is asked, not the forgery
def least_strength(bench, person, region, strengths):
    return next((s for s in sorted(strengths) if bench.detector.says(bench.p_fake((person,))[0]) == "FAKE"), None)
