package io.gatehouse.jetty.audit;

/**
 * What became of the messages to webhooks, ever.
 *
 * @param delivered taken by the server
 * @param lost not delivered, because there were too many or the server did not take them in time
 * @param failedAttempts attempts that came to nothing; a message has several
 */
public record WebhookCounts(long delivered, long lost, long failedAttempts) {
    static final WebhookCounts NONE = new WebhookCounts(0, 0, 0);

    WebhookCounts plus(WebhookCounts other) {
        return new WebhookCounts(delivered + other.delivered, lost + other.lost, failedAttempts + other.failedAttempts);
    }
}
