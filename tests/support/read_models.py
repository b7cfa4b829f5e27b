"""Every read model, in the order of projections/registry.cpp, and how many topics of the log it reads."""

TOPICS = {"history": 3, "prompt_catalog": 1, "access": 1, "definitions": 1, "executions": 1, "analytics": 2, "feedback": 1, "subjects": 1, "audit": 3, "operations": 1, "proof": 3}
READ_MODELS = tuple(TOPICS)
PROJECTIONS = (*READ_MODELS, "published")
