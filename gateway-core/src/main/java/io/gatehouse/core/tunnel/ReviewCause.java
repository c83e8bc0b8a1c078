package io.gatehouse.core.tunnel;

/** Why the rules are asked again about a channel that is open. */
public enum ReviewCause {
    /** It has been open for the session timeout of its rule, which asks for that. */
    SESSION_TIMEOUT("the session timeout is over"),
    /** The hours of a rule begin or end. */
    HOURS("the hours of a rule changed"),
    /** There are other rules since a reload. */
    RULES_CHANGED("the rules changed");

    private final String text;

    ReviewCause(String text) {
        this.text = text;
    }

    /** For the audit log. */
    public String text() {
        return text;
    }
}
