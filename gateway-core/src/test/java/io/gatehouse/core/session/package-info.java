@NullMarked
package io.gatehouse.core.session;

import org.jspecify.annotations.NullMarked;
