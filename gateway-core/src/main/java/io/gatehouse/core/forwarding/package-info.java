/** What proxies in front of the gateway say about the clients behind them. */
@NullMarked
package io.gatehouse.core.forwarding;

import org.jspecify.annotations.NullMarked;
