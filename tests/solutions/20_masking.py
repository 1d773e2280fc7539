# %% solution
def chessboard_mask(b, grid):
    black = (torch.arange(grid[0])[:, None] + torch.arange(grid[1])) % 2
    return _hide_highest(black.flatten().float().expand(b, -1), int(black.sum()))

# %% wrong: restore is the order itself
def chessboard_mask(b, grid):
    black = ((torch.arange(grid[0])[:, None] + torch.arange(grid[1])) % 2).flatten()
    order = black.argsort(stable=True).expand(b, -1)
    return Masked(order[:, : int((black == 0).sum())], order, (black == 1).expand(b, -1))

# %% wrong: the white squares
def chessboard_mask(b, grid):
    white = 1 - (torch.arange(grid[0])[:, None] + torch.arange(grid[1])) % 2
    return _hide_highest(white.flatten().float().expand(b, -1), int(white.sum()))
