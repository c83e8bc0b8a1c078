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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
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
 * the server takes it or refuses it. One that fails several times in a row lets later ones go first: if the server
 * takes a later one and fails at this one once more, the event is given up; if the server takes none, none is given up
 * before its time. Only the URL of the configuration is asked: redirects are not followed.
 */
final class WebhookSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    /** Messages that wait: so many of strangers, and as many of users. */
    static final int CAPACITY = 1000;

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOSS_LINES = Duration.ofMinutes(1);
    /** Attempts after which an event lets later ones go first. */
    static final int ATTEMPTS_IN_A_ROW = 5;

    private static final int MOST_TRIED = 100;
    private static final int TOO_MANY_REQUESTS = 429;
    /** Statuses from 400 to 499 that do not say that the message is wrong. */
    private static final Set<Integer> AGAIN = Set.of(408, 425, TOO_MANY_REQUESTS);

    private final WebhookConfig config;
    private final WebhookSignature signature;
    private final Clock clock;
    private final MonotonicClock time;
    private final Pauses pauses;
    private final AuditQueue queue = new AuditQueue(CAPACITY);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final SendingThread thread;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failedAttempts = new LongAdder();
    /** Lost or refused since the log was told, and why the last of them was. */
    private final AtomicLong untold = new AtomicLong();

    private volatile String lastCause = "";

    /** Events that were tried and not taken; used by the thread alone, as is all that follows. */
    private final Deque<Delivery> tried = new ArrayDeque<>();

    private boolean ended;
    private int failuresInARow;
    private long tellAgain;
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

    /** An event that is to be delivered. */
    private static final class Delivery {
        private final AuditQueue.Waiting waiting;
        private final String id = "msg_" + UUID.randomUUID();
        private final String action;
        private final byte[] body;
        private final long giveUp;
        private int attempts;
        /** Whether the server has taken a later event since the last attempt. */
        private boolean overtaken;

        Delivery(AuditQueue.Waiting waiting, AuditRecord audited, long giveUp) {
            this.waiting = waiting;
            this.action = audited.action();
            this.body = AuditJson.encode(audited).getBytes(StandardCharsets.UTF_8);
            this.giveUp = giveUp;
        }

        boolean letsOthersGoFirst() {
            return attempts >= ATTEMPTS_IN_A_ROW && !overtaken;
        }

        boolean isAloneInFailing() {
            return attempts > ATTEMPTS_IN_A_ROW && overtaken;
        }
    }

    private sealed interface Result {
        record Delivered() implements Result {}

        /**
         * Another attempt may succeed.
         *
         * @param mayBeTheEvent whether the event may be the cause, as far as this attempt shows
         */
        record Failed(String why, boolean mayBeTheEvent) implements Result {}

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
        this.thread =
                new SendingThread("webhook", "the webhook at " + config.url().server(), queue, this::run);
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
            lose(lost, "too many events wait");
        }
    }

    WebhookCounts counts() {
        return new WebhookCounts(delivered.sum(), lost.sum(), refused.sum(), failedAttempts.sum());
    }

    private void lose(LongAdder counted, String why) {
        lastCause = why;
        counted.increment();
        untold.incrementAndGet();
    }

    private void run() throws InterruptedException {
        while (!ended || !tried.isEmpty()) {
            Optional<Delivery> next = next();
            if (next.isPresent()) {
                settle(next.get());
            }
            tellLosses();
        }
    }

    /** The event that is tried now; empty when none came within a second. */
    private Optional<Delivery> next() throws InterruptedException {
        Delivery first = tried.peekFirst();
        if (!ended && (first == null || (first.letsOthersGoFirst() && tried.size() < MOST_TRIED))) {
            AuditQueue.Waiting waiting = queue.poll(first == null ? POLL : Duration.ZERO);
            if (waiting != null && waiting.audited().isPresent()) {
                return delivery(waiting, waiting.audited().get());
            }
            ended = waiting != null;
        }
        return Optional.ofNullable(tried.pollFirst());
    }

    private Optional<Delivery> delivery(AuditQueue.Waiting waiting, AuditRecord audited) {
        try {
            return Optional.of(new Delivery(waiting, audited, time.in(pauses.inAll())));
        } catch (RuntimeException | Error e) {
            waiting.done();
            lose(lost, "an event cannot be written: " + e);
            return Optional.empty();
        }
    }

    /** One line a minute at most. */
    private void tellLosses() {
        if (untold.get() > 0 && time.hasReached(tellAgain)) {
            tellAgain = time.in(BETWEEN_LOSS_LINES);
            LOG.atError()
                    .addKeyValue("server", config.url().server())
                    .addKeyValue("lost", untold.getAndSet(0))
                    .addKeyValue("cause", lastCause)
                    .log("events for a webhook are lost");
        }
    }

    /** Tries once, and decides what becomes of the event. */
    private void settle(Delivery delivery) throws InterruptedException {
        delivery.attempts++;
        switch (attempt(delivery)) {
            case Result.Delivered() -> {
                delivered.increment();
                delivery.waiting.done();
                failuresInARow = 0;
                tried.forEach(other -> other.overtaken = true);
                if (failing) {
                    failing = false;
                    LOG.atInfo().addKeyValue("server", config.url().server()).log("webhook takes events again");
                }
            }
            case Result.Refused(String why) -> {
                failedAttempts.increment();
                giveUp(delivery, refused, why);
            }
            case Result.Failed(String why, boolean mayBeTheEvent) -> {
                failedAttempts.increment();
                if (mayBeTheEvent && delivery.isAloneInFailing()) {
                    giveUp(delivery, refused, why + ", while later events were taken");
                } else if (thread.isClosing() || time.hasReached(delivery.giveUp)) {
                    giveUp(delivery, lost, why);
                } else {
                    tryAgain(delivery, why);
                }
            }
        }
    }

    private void giveUp(Delivery delivery, LongAdder counted, String why) {
        delivery.waiting.done();
        lose(counted, why + " (" + delivery.action + ", " + delivery.id + ", attempts: " + delivery.attempts + ")");
    }

    private void tryAgain(Delivery delivery, String why) throws InterruptedException {
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("server", config.url().server())
                    .addKeyValue("cause", why)
                    .log("webhook does not take events; they wait, and it is tried again");
        }
        delivery.overtaken = false;
        if (delivery.letsOthersGoFirst()) {
            tried.addLast(delivery);
        } else {
            tried.addFirst(delivery);
        }
        tellLosses();
        thread.pause(pauses.before(failuresInARow));
        failuresInARow++;
    }

    private Result attempt(Delivery delivery) throws InterruptedException {
        try {
            return ask(delivery);
        } catch (RuntimeException | Error e) {
            return new Result.Failed(e.toString(), true);
        }
    }

    /** One attempt, the answer and all, within the timeout. What the answer says beside its status is not read. */
    private Result ask(Delivery delivery) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.url().uri())
                .header("Content-Type", "application/json")
                .header("User-Agent", "Gatehouse")
                .header("gatehouse-event", delivery.action)
                .POST(HttpRequest.BodyPublishers.ofByteArray(delivery.body));
        signature.headers(delivery.id, clock.instant(), delivery.body).forEach(request::header);
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
            response.body().close();
            return result(response.statusCode());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Result.Failed("no answer within " + config.timeout().toSeconds() + " s", true);
        } catch (ExecutionException e) {
            return new Result.Failed(String.valueOf(e.getCause()), false);
        } catch (IOException e) {
            return new Result.Failed(e.toString(), false);
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
        return status >= 500 || AGAIN.contains(status)
                ? new Result.Failed(why, status != TOO_MANY_REQUESTS)
                : new Result.Refused(why);
    }

    /** Sends what waits, if the server takes it soon. */
    @Override
    public void close() {
        thread.close(client::shutdownNow);
        client.shutdownNow();
        executor.shutdownNow();
    }
}
