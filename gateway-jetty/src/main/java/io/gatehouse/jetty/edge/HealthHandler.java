package io.gatehouse.jetty.edge;

import jakarta.inject.Inject;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers the health checks of load balancers at the listeners that the configuration says: by their status only, so
 * that a stranger learns no more than that a gateway is there.
 */
public final class HealthHandler extends Handler.Abstract.NonBlocking {
    private static final String LIVE = "/livez";
    private static final String READY = "/readyz";
    private static final Set<String> METHODS = Set.of(HttpMethod.GET.asString(), HttpMethod.HEAD.asString());

    private final Drain drain;

    @Inject
    HealthHandler(Drain drain) {
        this.drain = drain;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        boolean isCheck = (path.equals(LIVE) || path.equals(READY)) && METHODS.contains(request.getMethod());
        if (!isCheck
                || !(request.getConnectionMetaData().getConnector() instanceof ListenerConnector listener)
                || !listener.healthChecks()) {
            return false;
        }
        boolean isWell = path.equals(LIVE) || drain.isReady();
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (drain.isLeaving()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        IncomingRequest.answer(response, callback, isWell ? 200 : 503);
        return true;
    }
}
