package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.jetty.edge.OpenFileLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The limits of the gateway's systemd unit, which may be others than those of the shell that runs the doctor. */
public final class ServiceExamination implements Examination {
    private static final long LEAST_MEMORY = 256L << 20;
    /** Threads of an idle gateway, of its resolver, and some more. */
    private static final long LEAST_TASKS = 512;

    private final ServiceFacts service;
    private final int connections;

    /**
     * An examination of {@code service}.
     *
     * @param connections that are configured
     */
    public ServiceExamination(ServiceFacts service, int connections) {
        this.service = service;
        this.connections = connections;
    }

    @Override
    public String subject() {
        return "limits of systemd";
    }

    @Override
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        OptionalLong files = service.number("LimitNOFILE");
        if (files.isPresent()) {
            new OpenFileLimit(files.getAsLong())
                    .warning(connections)
                    .ifPresent(warning -> findings.add(Finding.warning(
                            "service.open-files",
                            "gatehouse.service: " + warning,
                            "systemctl edit gatehouse: [Service] LimitNOFILE=65536; or lower connections in"
                                    + " [limits]")));
        }
        OptionalLong memory = service.number("MemoryMax");
        if (memory.isPresent() && memory.getAsLong() < LEAST_MEMORY) {
            findings.add(Finding.warning(
                    "service.memory",
                    "gatehouse.service: MemoryMax is " + (memory.getAsLong() >> 20) + " MiB (expected at least "
                            + (LEAST_MEMORY >> 20) + " MiB)",
                    "systemctl edit gatehouse: [Service] MemoryMax=512M (docs/performance.md)"));
        }
        OptionalLong tasks = service.number("TasksMax");
        if (tasks.isPresent() && tasks.getAsLong() < LEAST_TASKS) {
            findings.add(Finding.warning(
                    "service.tasks",
                    "gatehouse.service: TasksMax is " + tasks.getAsLong() + " threads (expected at least " + LEAST_TASKS
                            + ")",
                    "systemctl edit gatehouse: [Service] TasksMax=4096"));
        }
        return findings;
    }
}
