package io.gatehouse.jetty.socket;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * A listening socket that belongs to somebody else, as that of systemd does: it is never closed, so that the
 * connections that wait in it are there for the next process.
 *
 * <p>It could not be closed either: Java then sends standard output and standard error to nowhere, since programs of
 * inetd have their socket there. Nor may a thread be interrupted that waits in it, which closes it. So one waits with a
 * selector. One thread accepts at a time.
 */
final class LentListener extends ServerSocketChannel {
    private final ServerSocketChannel lent;
    private final Selector selector;

    /** Accepts from {@code lent} until it is closed. */
    LentListener(ServerSocketChannel lent) throws IOException {
        super(lent.provider());
        this.lent = lent;
        lent.configureBlocking(false);
        this.selector = Selector.open();
        lent.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public SocketChannel accept() throws IOException {
        try {
            while (isOpen() && !Thread.currentThread().isInterrupted()) {
                SocketChannel accepted = lent.accept();
                if (accepted != null) {
                    return accepted;
                }
                selector.select(_ -> {});
            }
        } catch (ClosedSelectorException _) {
            // It was closed meanwhile.
        }
        throw new ClosedChannelException();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        selector.close();
    }

    /** It waits for connections whatever is asked for. */
    @Override
    protected void implConfigureBlocking(boolean block) {}

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) {
        throw new UnsupportedOperationException("it is bound already");
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        lent.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return lent.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return lent.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        return lent.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return lent.getLocalAddress();
    }
}
