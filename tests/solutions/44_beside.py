# %% solution
def best_processes(took, accumulate, sync):
    threads = max(took)
    even = [k for k in took if threads % k == 0 and accumulate % k == 0]
    return min(even, key=lambda k: accumulate // k * took[threads // k] + sync * (k > 1))

# %% wrong: adding up costs nothing
def best_processes(took, accumulate, sync):
    even = [k for k in took if max(took) % k == 0 and accumulate % k == 0]
    return min(even, key=lambda k: accumulate // k * took[max(took) // k])

# %% wrong: each has all threads
def best_processes(took, accumulate, sync):
    even = [k for k in took if max(took) % k == 0 and accumulate % k == 0]
    return min(even, key=lambda k: accumulate // k * took[max(took)] + sync * (k > 1))

# %% wrong: batches need not come out even
def best_processes(took, accumulate, sync):
    even = [k for k in took if max(took) % k == 0]
    return min(even, key=lambda k: accumulate / k * took[max(took) // k] + sync * (k > 1))
