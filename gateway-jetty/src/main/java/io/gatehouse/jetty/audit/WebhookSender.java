package io.gatehouse.jetty.audit;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.audit.WebhookSignature;
import io.gatehouse.core.config.WebhookConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one webhook of events, one after the other, from a thread of its own. Nobody waits for it: events wait, and
 * when there is no room left, further ones are lost and counted. An event is sent again, after growing pauses, until
 * the server takes it, refuses it, or has not taken it for too long. Only the URL of the configuration is asked:
 * redirects are not followed.
 */
final class WebhookSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    /** Messages that wait: so many of strangers, and as many of users. */
    static final int CAPACITY = 1000;

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOSS_LINES = Duration.ofMinutes(1);
    private static final long LAST_EVENTS_SECONDS = 3;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;

    private final WebhookConfig config;
    private final WebhookSignature signature;
    private final Clock clock;
    private final MonotonicClock time;
    private final Pauses pauses;
    private final AuditQueue queue = new AuditQueue(CAPACITY);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder failedAttempts = new LongAdder();
    /** Lost since the log was told. */
    private final AtomicLong untold = new AtomicLong();

    private long tellAgain;
    private final Thread thread;
    private volatile boolean closing;
    private boolean failing;

    /**
     * How long is waited between attempts.
     *
     * @param shortest before the second attempt; doubled before each further one
     * @param longest between two attempts
     * @param inAll after which an event is given up
     */
    record Pauses(Duration shortest, Duration longest, Duration inAll) {
        static final Pauses USUAL = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1));

        /** Between half of it and all of it, so that gateways that failed together do not come back together. */
        Duration before(int attempt) {
            long doubled = shortest.toNanos() << Math.min(attempt, 20);
            long most = Math.min(doubled, longest.toNanos());
            return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        }
    }

    private sealed interface Result {
        record Delivered() implements Result {}

        /** Another attempt may succeed. */
        record Failed(String why) implements Result {}

        /** No attempt will. */
        record Refused(String why) implements Result {}
    }

    private WebhookSender(Webhook webhook, Clock clock, MonotonicClock time, Pauses pauses) {
        this.config = webhook.config();
        this.signature = webhook.signature();
        this.clock = clock;
        this.time = time;
        this.tellAgain = time.nanos();
        this.pauses = pauses;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .sslContext(webhook.trusted())
                .connectTimeout(config.timeout())
                .executor(executor)
                .build();
        this.thread = Thread.ofPlatform().name("webhook").daemon().unstarted(this::run);
    }

    /** Begins to wait for events. */
    static WebhookSender start(Webhook webhook, Clock clock, MonotonicClock time) {
        return start(webhook, clock, time, Pauses.USUAL);
    }

    static WebhookSender start(Webhook webhook, Clock clock, MonotonicClock time, Pauses pauses) {
        WebhookSender sender = new WebhookSender(webhook, clock, time, pauses);
        sender.thread.start();
        return sender;
    }

    /** Takes an event, if the webhook is told of it, or counts it as lost. Never waits. */
    void offer(AuditRecord audited, boolean ofStranger) {
        if (config.events().stream().anyMatch(event -> event.includes(audited)) && !queue.offer(audited, ofStranger)) {
            lose(1);
        }
    }

    WebhookCounts counts() {
        return new WebhookCounts(delivered.sum(), lost.sum(), failedAttempts.sum());
    }

    private void lose(long events) {
        lost.add(events);
        untold.addAndGet(events);
    }

    private void run() {
        try {
            while (true) {
                AuditQueue.Waiting next = queue.poll(POLL);
                tellLosses();
                if (next != null) {
                    if (next.audited().isEmpty()) {
                        return;
                    }
                    deliver(next.audited().get());
                    next.done();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One line a minute at most. */
    private void tellLosses() {
        if (untold.get() > 0 && time.hasReached(tellAgain)) {
            tellAgain = time.in(BETWEEN_LOSS_LINES);
            LOG.atError()
                    .addKeyValue("server", config.url().server())
                    .addKeyValue("lost", untold.getAndSet(0))
                    .log("events for a webhook are lost");
        }
    }

    /** Sends until it is delivered or given up; at the end of the gateway it is tried once. */
    private void deliver(AuditRecord audited) throws InterruptedException {
        String id = "msg_" + UUID.randomUUID();
        byte[] body = AuditJson.encode(audited).getBytes(StandardCharsets.UTF_8);
        long giveUp = time.in(pauses.inAll());
        for (int attempt = 0; ; attempt++) {
            Result result = attempt(id, audited.action(), body);
            switch (result) {
                case Result.Delivered() -> {
                    delivered.increment();
                    if (failing) {
                        failing = false;
                        LOG.atInfo()
                                .addKeyValue("server", config.url().server())
                                .log("webhook takes events again");
                    }
                    return;
                }
                case Result.Failed(String why) -> {
                    tell(why);
                    if (closing || time.hasReached(giveUp)) {
                        lose(1);
                        return;
                    }
                }
                case Result.Refused(String why) -> {
                    tell(why);
                    lose(1);
                    return;
                }
            }
            tellLosses();
            pause(pauses.before(attempt));
        }
    }

    private void tell(String why) {
        failedAttempts.increment();
        if (!failing && !closing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("server", config.url().server())
                    .addKeyValue("cause", why)
                    .log("webhook does not take events; they wait, and it is tried again");
        }
    }

    private synchronized void pause(Duration pause) throws InterruptedException {
        if (!closing) {
            TimeUnit.NANOSECONDS.timedWait(this, pause.toNanos());
        }
    }

    /** One attempt, the answer and all, within the timeout. What the answer says beside its status is not read. */
    private Result attempt(String id, String action, byte[] body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.url().uri())
                .header("Content-Type", "application/json")
                .header("User-Agent", "Gatehouse")
                .header("gatehouse-event", action)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        signature.headers(id, clock.instant(), body).forEach(request::header);
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
            response.body().close();
            return result(response.statusCode());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Result.Failed("no answer within " + config.timeout().toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Result.Failed(String.valueOf(e.getCause()));
        } catch (IOException e) {
            return new Result.Failed(e.toString());
        }
    }

    private static Result result(int status) {
        if (status >= 200 && status < 300) {
            return new Result.Delivered();
        }
        String why = "status " + status;
        if (status >= 300 && status < 400) {
            return new Result.Refused(why + " (redirects are not followed)");
        }
        return status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT
                ? new Result.Failed(why)
                : new Result.Refused(why);
    }

    /** Sends what waits, if the server takes it soon. */
    @Override
    public void close() {
        queue.end();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(LAST_EVENTS_SECONDS));
            closing = true;
            synchronized (this) {
                notifyAll();
            }
            if (thread.isAlive()) {
                client.shutdownNow();
                thread.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
        executor.shutdownNow();
        if (thread.isAlive() || queue.size() > 0) {
            LOG.atError()
                    .addKeyValue("server", config.url().server())
                    .addKeyValue("events", queue.size())
                    .log("the webhook does not take the last events");
        }
    }
}
