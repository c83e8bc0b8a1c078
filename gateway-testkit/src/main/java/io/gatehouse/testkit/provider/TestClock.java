package io.gatehouse.testkit.provider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. The core has its own, since this module depends on it. */
public final class TestClock extends Clock {
    private volatile Instant now;

    /** At noon of a day. */
    public TestClock() {
        this(Instant.parse("2026-11-23T12:00:00Z"));
    }

    /** At another time. */
    public TestClock(Instant now) {
        this.now = now;
    }

    /** Some time passes. */
    public void advance(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
