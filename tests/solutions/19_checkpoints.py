# %% solution
class Shuffled(Shuffled):
    def state_dict(self):
        return {"random": self.random.get_state(), "left": list(self.left)}

    def load_state_dict(self, state):
        self.random.set_state(state["random"])
        self.left = list(state["left"])

# %% wrong: the random numbers alone, not the order that was drawn before
class Shuffled(Shuffled):
    def state_dict(self): return {"random": self.random.get_state()}

    def load_state_dict(self, state):
        self.random.set_state(state["random"])
        self.left = []

# %% wrong: the order alone, not what draws the next
class Shuffled(Shuffled):
    def state_dict(self): return {"left": list(self.left)}

    def load_state_dict(self, state): self.left = list(state["left"])

# %% wrong: the seed, as if nothing had been drawn since
class Shuffled(Shuffled):
    def state_dict(self): return {"seed": self.random.initial_seed(), "left": list(self.left)}

    def load_state_dict(self, state):
        self.random.manual_seed(state["seed"])
        self.left = list(state["left"])
