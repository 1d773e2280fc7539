# %% solution
def run_in_pieces(blocks, tokens, k):
    for start in range(0, len(blocks), k):
        tokens = checkpoint(nn.Sequential(*blocks[start:start + k]), tokens, use_reentrant=False)
    return tokens

# %% wrong: each block is a piece
def run_in_pieces(blocks, tokens, k):
    for block in blocks: tokens = checkpoint(block, tokens, use_reentrant=False)
    return tokens

# %% wrong: k pieces, and not pieces of k
def run_in_pieces(blocks, tokens, k):
    size = -(-len(blocks) // k)
    for start in range(0, len(blocks), size):
        tokens = checkpoint(nn.Sequential(*blocks[start:start + size]), tokens, use_reentrant=False)
    return tokens

# %% wrong: nothing is recomputed
def run_in_pieces(blocks, tokens, k):
    for start in range(0, len(blocks), k): tokens = nn.Sequential(*blocks[start:start + k])(tokens)
    return tokens

# %% wrong: the shorter piece at the end is left out
def run_in_pieces(blocks, tokens, k):
    for piece in range(len(blocks) // k):
        tokens = checkpoint(nn.Sequential(*blocks[piece * k:piece * k + k]), tokens, use_reentrant=False)
    return tokens
