# %% solution
def swap_two(videos, side):
    def joining(side): return sum(len({side[person] for person in video.people}) > 1 for video in videos)
    people = list(side)
    swaps = [side | {a: side[b], b: side[a]} for i, a in enumerate(people) for b in people[i:]]  # also with oneself
    return min(swaps, key=joining)

# %% wrong: one person moves, and a side grows
def swap_two(videos, side):
    def joining(side): return sum(len({side[person] for person in video.people}) > 1 for video in videos)
    return min([side] + [side | {a: other} for a in side for other in set(side.values())], key=joining)

# %% wrong: pairs of people are counted, and not videos
def swap_two(videos, side):
    pairs = {tuple(sorted(video.people)) for video in videos}
    def joining(side): return sum(len({side[person] for person in pair}) > 1 for pair in pairs)
    return min([side | {a: side[b], b: side[a]} for a in side for b in side], key=joining)

# %% wrong: somebody always moves
def swap_two(videos, side):
    def joining(side): return sum(len({side[person] for person in video.people}) > 1 for video in videos)
    return min([side | {a: side[b], b: side[a]} for a in side for b in side if side[a] != side[b]], key=joining)
