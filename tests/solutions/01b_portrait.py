# %% solution
def paint_scar(s, f, p, start, end):
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** .5
    along = ((f.x - x) * across + (f.y - y) * down) / length
    aside = ((f.x - x) * down - (f.y - y) * across) / length
    mark = hill(aside, None, .025) * soft(-along, .04) * soft(along - length, .04)
    s.paint(.7 * mark, tint(p.skin, .4))
    s.height -= .02 * mark

# %% wrong: painted on the screen, where the head turns away from under it
def paint_scar(s, f, p, start, end):
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** .5
    along = ((f.across - x) * across + (f.down - y) * down) / length
    aside = ((f.across - x) * down - (f.down - y) * across) / length
    mark = hill(aside, None, .025) * soft(-along, .04) * soft(along - length, .04)
    s.paint(.7 * mark, tint(p.skin, .4))
    s.height -= .02 * mark

# %% wrong: on both cheeks
def paint_scar(s, f, p, start, end):
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** .5
    along = ((f.side - x) * across + (f.y - y) * down) / length
    aside = ((f.side - x) * down - (f.y - y) * across) / length
    mark = hill(aside, None, .025) * soft(-along, .04) * soft(along - length, .04)
    s.paint(.7 * mark, tint(p.skin, .4))
    s.height -= .02 * mark

# %% wrong: a line without ends
def paint_scar(s, f, p, start, end):
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    aside = ((f.x - x) * down - (f.y - y) * across) / (across**2 + down**2) ** .5
    mark = hill(aside, None, .025)
    s.paint(.7 * mark, tint(p.skin, .4))
    s.height -= .02 * mark

# %% wrong: paint alone, which light does not notice
def paint_scar(s, f, p, start, end):
    (x, y), across, down = start, end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** .5
    along = ((f.x - x) * across + (f.y - y) * down) / length
    aside = ((f.x - x) * down - (f.y - y) * across) / length
    s.paint(.7 * hill(aside, None, .025) * soft(-along, .04) * soft(along - length, .04), tint(p.skin, .4))
