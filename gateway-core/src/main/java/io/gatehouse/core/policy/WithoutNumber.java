package io.gatehouse.core.policy;

/** What becomes of clients that cannot show the number of an approval, since they take no message before the tunnel. */
public enum WithoutNumber {
    /** They wait like others; the approver may say that no number was shown. */
    ASK,
    /** They are not admitted to the targets of the rule. */
    REFUSE,
    /** They need no approval. Any client can say that it cannot show a message. */
    EXEMPT
}
