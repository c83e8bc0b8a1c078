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
 * @param file the file for audit lines, one JSON object a line. Default: standard output.
 * @param rotateSize bytes at which the gateway begins a new file (<a href="audit.md#log-rotation">rotation</a>); 0 for
 *     never
 * @param rotateEvery how often the gateway begins a new file, counted from midnight in UTC: {@code "1d"}. Default:
 *     never.
 * @param keep how many rotated files are kept
 * @param onFull what happens <a href="audit.md#when-the-audit-log-cannot-be-written">while lines cannot be written</a>:
 *     {@code "drop"} or {@code "deny"}
 * @param syslog {@code [[audit.syslog]]}, servers that every event is sent to, by <a
 *     href="audit.md#syslog-and-cef">syslog over TLS</a>
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
     * @param address the server: {@code "logs.example.com"} or {@code "logs.example.com:6514"}; its certificate must
     *     have this name
     * @param ca PEM file of the authorities that its certificate is checked against. Default: those of the Java
     *     runtime.
     * @param content what a message carries: {@code "structured"}, {@code "json"} or {@code "cef"}
     */
    public record Syslog(
            ServerAddress address,
            Optional<Path> ca,
            @ConfigDefault("structured") SyslogEncoder.Content content) {}
}
