package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.core.audit.SyslogEncoder;
import io.gatehouse.core.net.ServerAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [audit]}.
 *
 * @param file where audit lines go; standard output when absent
 * @param rotateSize bytes at which the gateway itself begins a new file; 0 for never
 * @param rotateEvery how often it begins one, counted from midnight in UTC
 * @param keep how many files that were rotated so are kept
 * @param onFull what happens while audit lines cannot be written
 * @param syslog servers that every event is sent to as well
 */
public record AuditConfig(
        Optional<Path> file,
        @ConfigDefault("0") @Range(min = "0") long rotateSize,
        @Range(min = "1m") Optional<Duration> rotateEvery,

        @ConfigDefault("10") @Range(min = "1", max = "10000")
        int keep,

        @ConfigDefault("drop") OnFull onFull,
        @ConfigDefault("[]") List<Syslog> syslog) {
    public AuditConfig {
        syslog = List.copyOf(syslog);
    }

    /** What happens while audit lines cannot be written. */
    public enum OnFull {
        /** Users go on; events that find no room are lost, counted and told. */
        DROP,
        /** Open desktops go on; no request is served and no desktop opened. */
        DENY
    }

    /**
     * {@code [[audit.syslog]]}: a server that takes syslog over TLS (RFC 5425).
     *
     * @param address its name, which its certificate must have; port 6514 when absent
     * @param ca PEM file of the authorities that its certificate is checked against; those of the Java runtime when
     *     absent
     * @param content what the messages carry
     */
    public record Syslog(
            ServerAddress address,
            Optional<Path> ca,
            @ConfigDefault("structured") SyslogEncoder.Content content) {}
}
