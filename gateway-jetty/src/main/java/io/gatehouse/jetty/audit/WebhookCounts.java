package io.gatehouse.jetty.audit;

/**
 * What became of the messages to webhooks, ever.
 *
 * @param delivered taken by the server
 * @param lost not delivered, because there were too many or the server took none in time
 * @param refused given up, because the server refused them, or failed at them while it took others
 * @param failedAttempts attempts that came to nothing; a message has several
 */
public record WebhookCounts(long delivered, long lost, long refused, long failedAttempts) {
    static final WebhookCounts NONE = new WebhookCounts(0, 0, 0, 0);

    WebhookCounts plus(WebhookCounts other) {
        return new WebhookCounts(
                delivered + other.delivered,
                lost + other.lost,
                refused + other.refused,
                failedAttempts + other.failedAttempts);
    }
}
