package io.gatehouse.dist;

import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A gateway that was started from a configuration file. */
final class RunningGateway implements AutoCloseable {
    private final Gateway gateway;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Checks {@code file}, makes the self-signed certificates and token keys it asks for, and starts.
     *
     * @param err for warnings and problems
     */
    static RunningGateway start(Path file, World world, PrintWriter err) throws CommandException {
        RunningGateway gateway = prepared(file, world, err);
        gateway.open();
        return gateway;
    }

    /** Does the same, but for the start. */
    static RunningGateway prepared(Path file, World world, PrintWriter err) throws CommandException {
        return new RunningGateway(ConfigurationFile.prepared(file, world, err));
    }

    /** Starts it; closes it when that fails. */
    void open() throws CommandException {
        try {
            gateway.open();
        } catch (GatewayStartException exception) {
            closed.set(true);
            String reason = String.valueOf(exception.getMessage());
            throw exception.isOfConfiguration() ? CommandException.wrong(reason) : CommandException.failed(reason);
        }
    }

    /** Reads its file again. */
    void reload(String by) {
        gateway.configurationReload().reload(by);
    }

    /** Whether its event loops answer within {@code limit}. */
    boolean responds(Duration limit) throws InterruptedException {
        return gateway.responds(limit);
    }

    /** How long {@link #drain} waits, at most. */
    Duration drainLimit() {
        return gateway.drainLimit();
    }

    /** Takes no more connections, and waits for open sessions until {@link #hurry}, if the configuration lets it. */
    void drain(String by) {
        gateway.drain(by);
    }

    /** Ends the wait of {@link #drain}. */
    void hurry() {
        gateway.hurry();
    }

    /** Where its first listener listens. */
    InetSocketAddress address() {
        return gateway.addresses().getFirst();
    }

    /** Ends it gracefully; the second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            gateway.close();
        }
    }
}
