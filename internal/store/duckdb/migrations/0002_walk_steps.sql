-- What walks that count saw, step by step: the mirror of what the vault says. A walk
-- is never an interaction, so that it is in no figure about customers.
CREATE TABLE walk_step (
    walk          BIGINT    NOT NULL,         -- the assignment's number
    step_order    SMALLINT  NOT NULL,         -- 1-based place in the script
    step          VARCHAR   NOT NULL,         -- of the script
    journey       VARCHAR   NOT NULL,         -- '' = none of the company's
    journey_step  VARCHAR   NOT NULL,
    touchpoint    VARCHAR   NOT NULL,
    channel       VARCHAR   NOT NULL,
    scenario      VARCHAR   NOT NULL,
    version       INTEGER   NOT NULL,
    kind          VARCHAR   NOT NULL,
    persona       VARCHAR   NOT NULL,
    arm           VARCHAR   NOT NULL,
    pair          BIGINT,                     -- walks that are compared with one another share it
    voice         VARCHAR   NOT NULL,         -- walker or robot
    walker        BIGINT,                     -- the vault's number; null = a robot
    department    VARCHAR   NOT NULL,
    started_at    TIMESTAMP NOT NULL,
    seconds       DOUBLE    NOT NULL,
    done          VARCHAR   NOT NULL,         -- done or blocked
    felt          UTINYINT,                   -- 1 awful to 5 delightful; null = not said
    treatment_met SMALLINT  NOT NULL,         -- scores of the whole walk, in each of its steps
    treatment_of  SMALLINT  NOT NULL,
    outcome_met   SMALLINT  NOT NULL,
    outcome_of    SMALLINT  NOT NULL,
    solved        BOOLEAN,                    -- of the whole walk; null = nothing to solve
    answer        VARCHAR   NOT NULL,         -- right, partly, find_out, wrong; '' = nothing asked
    promise_kept  BOOLEAN,                    -- all that the step checked; null = none
    guards        BIGINT                      -- the finding that the walk would reproduce
);
