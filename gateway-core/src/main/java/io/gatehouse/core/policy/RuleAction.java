package io.gatehouse.core.policy;

/** What a rule does with whoever and whatever it matches. */
public enum RuleAction {
    /** Lets them through. */
    ALLOW,
    /** Refuses them, whatever later rules say. */
    DENY
}
