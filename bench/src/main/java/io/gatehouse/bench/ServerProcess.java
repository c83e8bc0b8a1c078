package io.gatehouse.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server that the benchmark started, or found: what it uses, as the kernel and its virtual machine count it. */
final class ServerProcess implements Closeable {
    /** {@code USER_HZ}, which is 100 on every architecture that matters; so the resolution is 10 ms. */
    private static final double TICKS_PER_SECOND = 100;
    /** The places of utime and stime after the program's name; see proc(5). */
    private static final int USER = 11;

    private static final int KERNEL = 12;
    private static final int KIBIBYTE = 1024;
    private static final long STOP_SECONDS = 20;

    private final ProcessHandle process;
    private final Path log;
    private final boolean ours;
    private final long began = System.nanoTime();

    private ServerProcess(ProcessHandle process, Path log, boolean ours) {
        this.process = process;
        this.log = log;
        this.ours = ours;
    }

    /** Starts a program, which ends with this one. */
    static ServerProcess start(List<String> command, Path log) throws IOException {
        ProcessHandle started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .toHandle();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return new ServerProcess(started, log, true);
    }

    /** One that runs already and is not ended. */
    static ServerProcess found(long id) {
        return new ServerProcess(
                ProcessHandle.of(id).orElseThrow(() -> new IllegalArgumentException("no process " + id)),
                Path.of("/dev/null"),
                false);
    }

    long id() {
        return process.pid();
    }

    /** When it was started, by {@link System#nanoTime()}. */
    long began() {
        return began;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The end of what it printed. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** User and kernel time of all its threads, in seconds. */
    double processorSeconds() throws IOException {
        return processorSeconds(proc("stat"));
    }

    /** The same, from the text of {@code /proc/PID/stat}. */
    static double processorSeconds(String stat) {
        // The name may hold anything, spaces and parentheses too.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[KERNEL])) / TICKS_PER_SECOND;
    }

    /** Bytes of it that are in memory. */
    long resident() throws IOException {
        return proc("status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                .findFirst()
                .orElseThrow(() -> new IOException("no memory of process " + id()));
    }

    private String proc(String file) throws IOException {
        return Files.readString(Path.of("/proc/" + id(), file), StandardCharsets.ISO_8859_1);
    }

    /** Whether it is a virtual machine, which collects garbage. */
    boolean isJava() {
        return process.info().command().orElse("").endsWith("/java");
    }

    /** Collects all garbage of a virtual machine. */
    void collect() throws IOException {
        tool("jcmd", String.valueOf(id()), "GC.run");
    }

    /**
     * The same, and gives free memory back: how much of its heap a virtual machine keeps free depends on what it did
     * before, and would be counted for what it does now.
     */
    void collectAndShrink() throws IOException {
        setFlag("MinHeapFreeRatio", 5);
        setFlag("MaxHeapFreeRatio", 5);
        collect();
        tool("jcmd", String.valueOf(id()), "System.trim_native_heap");
        setFlag("MaxHeapFreeRatio", 70);
        setFlag("MinHeapFreeRatio", 40);
    }

    private void setFlag(String flag, int value) throws IOException {
        tool("jcmd", String.valueOf(id()), "VM.set_flag", flag, String.valueOf(value));
    }

    /** Classes that a virtual machine has loaded. */
    long classes() throws IOException {
        String[] lines = tool("jstat", "-class", String.valueOf(id())).strip().split("\n", -1);
        return Long.parseLong(lines[lines.length - 1].strip().split(" +", -1)[0]);
    }

    /** Runs a program of this Java's own folder. */
    private static String tool(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
        command.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (tool.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + printed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return printed;
    }

    @Override
    public void close() {
        if (!ours) {
            return;
        }
        process.destroy();
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(new IOException("process " + id() + " did not end", e));
        }
    }
}
