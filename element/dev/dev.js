// node_modules/@lit/reactive-element/css-tag.js
var t = globalThis;
var e = t.ShadowRoot && (void 0 === t.ShadyCSS || t.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype;
var s = /* @__PURE__ */ Symbol();
var o = /* @__PURE__ */ new WeakMap();
var n = class {
  constructor(t5, e5, o6) {
    if (this._$cssResult$ = true, o6 !== s) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
    this.cssText = t5, this.t = e5;
  }
  get styleSheet() {
    let t5 = this.o;
    const s6 = this.t;
    if (e && void 0 === t5) {
      const e5 = void 0 !== s6 && 1 === s6.length;
      e5 && (t5 = o.get(s6)), void 0 === t5 && ((this.o = t5 = new CSSStyleSheet()).replaceSync(this.cssText), e5 && o.set(s6, t5));
    }
    return t5;
  }
  toString() {
    return this.cssText;
  }
};
var r = (t5) => new n("string" == typeof t5 ? t5 : t5 + "", void 0, s);
var i = (t5, ...e5) => {
  const o6 = 1 === t5.length ? t5[0] : e5.reduce((e6, s6, o7) => e6 + ((t6) => {
    if (true === t6._$cssResult$) return t6.cssText;
    if ("number" == typeof t6) return t6;
    throw Error("Value passed to 'css' function must be a 'css' function result: " + t6 + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
  })(s6) + t5[o7 + 1], t5[0]);
  return new n(o6, t5, s);
};
var S = (s6, o6) => {
  if (e) s6.adoptedStyleSheets = o6.map((t5) => t5 instanceof CSSStyleSheet ? t5 : t5.styleSheet);
  else for (const e5 of o6) {
    const o7 = document.createElement("style"), n5 = t.litNonce;
    void 0 !== n5 && o7.setAttribute("nonce", n5), o7.textContent = e5.cssText, s6.appendChild(o7);
  }
};
var c = e ? (t5) => t5 : (t5) => t5 instanceof CSSStyleSheet ? ((t6) => {
  let e5 = "";
  for (const s6 of t6.cssRules) e5 += s6.cssText;
  return r(e5);
})(t5) : t5;

// node_modules/@lit/reactive-element/reactive-element.js
var { is: i2, defineProperty: e2, getOwnPropertyDescriptor: h, getOwnPropertyNames: r2, getOwnPropertySymbols: o2, getPrototypeOf: n2 } = Object;
var a = globalThis;
var c2 = a.trustedTypes;
var l = c2 ? c2.emptyScript : "";
var p = a.reactiveElementPolyfillSupport;
var d = (t5, s6) => t5;
var u = { toAttribute(t5, s6) {
  switch (s6) {
    case Boolean:
      t5 = t5 ? l : null;
      break;
    case Object:
    case Array:
      t5 = null == t5 ? t5 : JSON.stringify(t5);
  }
  return t5;
}, fromAttribute(t5, s6) {
  let i7 = t5;
  switch (s6) {
    case Boolean:
      i7 = null !== t5;
      break;
    case Number:
      i7 = null === t5 ? null : Number(t5);
      break;
    case Object:
    case Array:
      try {
        i7 = JSON.parse(t5);
      } catch (t6) {
        i7 = null;
      }
  }
  return i7;
} };
var f = (t5, s6) => !i2(t5, s6);
var b = { attribute: true, type: String, converter: u, reflect: false, useDefault: false, hasChanged: f };
Symbol.metadata ??= /* @__PURE__ */ Symbol("metadata"), a.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var y = class extends HTMLElement {
  static addInitializer(t5) {
    this._$Ei(), (this.l ??= []).push(t5);
  }
  static get observedAttributes() {
    return this.finalize(), this._$Eh && [...this._$Eh.keys()];
  }
  static createProperty(t5, s6 = b) {
    if (s6.state && (s6.attribute = false), this._$Ei(), this.prototype.hasOwnProperty(t5) && ((s6 = Object.create(s6)).wrapped = true), this.elementProperties.set(t5, s6), !s6.noAccessor) {
      const i7 = /* @__PURE__ */ Symbol(), h5 = this.getPropertyDescriptor(t5, i7, s6);
      void 0 !== h5 && e2(this.prototype, t5, h5);
    }
  }
  static getPropertyDescriptor(t5, s6, i7) {
    const { get: e5, set: r6 } = h(this.prototype, t5) ?? { get() {
      return this[s6];
    }, set(t6) {
      this[s6] = t6;
    } };
    return { get: e5, set(s7) {
      const h5 = e5?.call(this);
      r6?.call(this, s7), this.requestUpdate(t5, h5, i7);
    }, configurable: true, enumerable: true };
  }
  static getPropertyOptions(t5) {
    return this.elementProperties.get(t5) ?? b;
  }
  static _$Ei() {
    if (this.hasOwnProperty(d("elementProperties"))) return;
    const t5 = n2(this);
    t5.finalize(), void 0 !== t5.l && (this.l = [...t5.l]), this.elementProperties = new Map(t5.elementProperties);
  }
  static finalize() {
    if (this.hasOwnProperty(d("finalized"))) return;
    if (this.finalized = true, this._$Ei(), this.hasOwnProperty(d("properties"))) {
      const t6 = this.properties, s6 = [...r2(t6), ...o2(t6)];
      for (const i7 of s6) this.createProperty(i7, t6[i7]);
    }
    const t5 = this[Symbol.metadata];
    if (null !== t5) {
      const s6 = litPropertyMetadata.get(t5);
      if (void 0 !== s6) for (const [t6, i7] of s6) this.elementProperties.set(t6, i7);
    }
    this._$Eh = /* @__PURE__ */ new Map();
    for (const [t6, s6] of this.elementProperties) {
      const i7 = this._$Eu(t6, s6);
      void 0 !== i7 && this._$Eh.set(i7, t6);
    }
    this.elementStyles = this.finalizeStyles(this.styles);
  }
  static finalizeStyles(s6) {
    const i7 = [];
    if (Array.isArray(s6)) {
      const e5 = new Set(s6.flat(1 / 0).reverse());
      for (const s7 of e5) i7.unshift(c(s7));
    } else void 0 !== s6 && i7.push(c(s6));
    return i7;
  }
  static _$Eu(t5, s6) {
    const i7 = s6.attribute;
    return false === i7 ? void 0 : "string" == typeof i7 ? i7 : "string" == typeof t5 ? t5.toLowerCase() : void 0;
  }
  constructor() {
    super(), this._$Ep = void 0, this.isUpdatePending = false, this.hasUpdated = false, this._$Em = null, this._$Ev();
  }
  _$Ev() {
    this._$ES = new Promise((t5) => this.enableUpdating = t5), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((t5) => t5(this));
  }
  addController(t5) {
    (this._$EO ??= /* @__PURE__ */ new Set()).add(t5), void 0 !== this.renderRoot && this.isConnected && t5.hostConnected?.();
  }
  removeController(t5) {
    this._$EO?.delete(t5);
  }
  _$E_() {
    const t5 = /* @__PURE__ */ new Map(), s6 = this.constructor.elementProperties;
    for (const i7 of s6.keys()) this.hasOwnProperty(i7) && (t5.set(i7, this[i7]), delete this[i7]);
    t5.size > 0 && (this._$Ep = t5);
  }
  createRenderRoot() {
    const t5 = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
    return S(t5, this.constructor.elementStyles), t5;
  }
  connectedCallback() {
    this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(true), this._$EO?.forEach((t5) => t5.hostConnected?.());
  }
  enableUpdating(t5) {
  }
  disconnectedCallback() {
    this._$EO?.forEach((t5) => t5.hostDisconnected?.());
  }
  attributeChangedCallback(t5, s6, i7) {
    this._$AK(t5, i7);
  }
  _$ET(t5, s6) {
    const i7 = this.constructor.elementProperties.get(t5), e5 = this.constructor._$Eu(t5, i7);
    if (void 0 !== e5 && true === i7.reflect) {
      const h5 = (void 0 !== i7.converter?.toAttribute ? i7.converter : u).toAttribute(s6, i7.type);
      this._$Em = t5, null == h5 ? this.removeAttribute(e5) : this.setAttribute(e5, h5), this._$Em = null;
    }
  }
  _$AK(t5, s6) {
    const i7 = this.constructor, e5 = i7._$Eh.get(t5);
    if (void 0 !== e5 && this._$Em !== e5) {
      const t6 = i7.getPropertyOptions(e5), h5 = "function" == typeof t6.converter ? { fromAttribute: t6.converter } : void 0 !== t6.converter?.fromAttribute ? t6.converter : u;
      this._$Em = e5;
      const r6 = h5.fromAttribute(s6, t6.type);
      this[e5] = r6 ?? this._$Ej?.get(e5) ?? r6, this._$Em = null;
    }
  }
  requestUpdate(t5, s6, i7, e5 = false, h5) {
    if (void 0 !== t5) {
      const r6 = this.constructor;
      if (false === e5 && (h5 = this[t5]), i7 ??= r6.getPropertyOptions(t5), !((i7.hasChanged ?? f)(h5, s6) || i7.useDefault && i7.reflect && h5 === this._$Ej?.get(t5) && !this.hasAttribute(r6._$Eu(t5, i7)))) return;
      this.C(t5, s6, i7);
    }
    false === this.isUpdatePending && (this._$ES = this._$EP());
  }
  C(t5, s6, { useDefault: i7, reflect: e5, wrapped: h5 }, r6) {
    i7 && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(t5) && (this._$Ej.set(t5, r6 ?? s6 ?? this[t5]), true !== h5 || void 0 !== r6) || (this._$AL.has(t5) || (this.hasUpdated || i7 || (s6 = void 0), this._$AL.set(t5, s6)), true === e5 && this._$Em !== t5 && (this._$Eq ??= /* @__PURE__ */ new Set()).add(t5));
  }
  async _$EP() {
    this.isUpdatePending = true;
    try {
      await this._$ES;
    } catch (t6) {
      Promise.reject(t6);
    }
    const t5 = this.scheduleUpdate();
    return null != t5 && await t5, !this.isUpdatePending;
  }
  scheduleUpdate() {
    return this.performUpdate();
  }
  performUpdate() {
    if (!this.isUpdatePending) return;
    if (!this.hasUpdated) {
      if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
        for (const [t7, s7] of this._$Ep) this[t7] = s7;
        this._$Ep = void 0;
      }
      const t6 = this.constructor.elementProperties;
      if (t6.size > 0) for (const [s7, i7] of t6) {
        const { wrapped: t7 } = i7, e5 = this[s7];
        true !== t7 || this._$AL.has(s7) || void 0 === e5 || this.C(s7, void 0, i7, e5);
      }
    }
    let t5 = false;
    const s6 = this._$AL;
    try {
      t5 = this.shouldUpdate(s6), t5 ? (this.willUpdate(s6), this._$EO?.forEach((t6) => t6.hostUpdate?.()), this.update(s6)) : this._$EM();
    } catch (s7) {
      throw t5 = false, this._$EM(), s7;
    }
    t5 && this._$AE(s6);
  }
  willUpdate(t5) {
  }
  _$AE(t5) {
    this._$EO?.forEach((t6) => t6.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = true, this.firstUpdated(t5)), this.updated(t5);
  }
  _$EM() {
    this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = false;
  }
  get updateComplete() {
    return this.getUpdateComplete();
  }
  getUpdateComplete() {
    return this._$ES;
  }
  shouldUpdate(t5) {
    return true;
  }
  update(t5) {
    this._$Eq &&= this._$Eq.forEach((t6) => this._$ET(t6, this[t6])), this._$EM();
  }
  updated(t5) {
  }
  firstUpdated(t5) {
  }
};
y.elementStyles = [], y.shadowRootOptions = { mode: "open" }, y[d("elementProperties")] = /* @__PURE__ */ new Map(), y[d("finalized")] = /* @__PURE__ */ new Map(), p?.({ ReactiveElement: y }), (a.reactiveElementVersions ??= []).push("2.1.2");

// node_modules/lit-html/lit-html.js
var t2 = globalThis;
var i3 = (t5) => t5;
var s2 = t2.trustedTypes;
var e3 = s2 ? s2.createPolicy("lit-html", { createHTML: (t5) => t5 }) : void 0;
var h2 = "$lit$";
var o3 = `lit$${Math.random().toFixed(9).slice(2)}$`;
var n3 = "?" + o3;
var r3 = `<${n3}>`;
var l2 = document;
var c3 = () => l2.createComment("");
var a2 = (t5) => null === t5 || "object" != typeof t5 && "function" != typeof t5;
var u2 = Array.isArray;
var d2 = (t5) => u2(t5) || "function" == typeof t5?.[Symbol.iterator];
var f2 = "[ 	\n\f\r]";
var v = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g;
var _ = /-->/g;
var m = />/g;
var p2 = RegExp(`>|${f2}(?:([^\\s"'>=/]+)(${f2}*=${f2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`, "g");
var g = /'/g;
var $ = /"/g;
var y2 = /^(?:script|style|textarea|title)$/i;
var x = (t5) => (i7, ...s6) => ({ _$litType$: t5, strings: i7, values: s6 });
var b2 = x(1);
var w = x(2);
var T = x(3);
var E = /* @__PURE__ */ Symbol.for("lit-noChange");
var A = /* @__PURE__ */ Symbol.for("lit-nothing");
var C = /* @__PURE__ */ new WeakMap();
var P = l2.createTreeWalker(l2, 129);
function V(t5, i7) {
  if (!u2(t5) || !t5.hasOwnProperty("raw")) throw Error("invalid template strings array");
  return void 0 !== e3 ? e3.createHTML(i7) : i7;
}
var N = (t5, i7) => {
  const s6 = t5.length - 1, e5 = [];
  let n5, l6 = 2 === i7 ? "<svg>" : 3 === i7 ? "<math>" : "", c6 = v;
  for (let i8 = 0; i8 < s6; i8++) {
    const s7 = t5[i8];
    let a3, u5, d3 = -1, f4 = 0;
    for (; f4 < s7.length && (c6.lastIndex = f4, u5 = c6.exec(s7), null !== u5); ) f4 = c6.lastIndex, c6 === v ? "!--" === u5[1] ? c6 = _ : void 0 !== u5[1] ? c6 = m : void 0 !== u5[2] ? (y2.test(u5[2]) && (n5 = RegExp("</" + u5[2], "g")), c6 = p2) : void 0 !== u5[3] && (c6 = p2) : c6 === p2 ? ">" === u5[0] ? (c6 = n5 ?? v, d3 = -1) : void 0 === u5[1] ? d3 = -2 : (d3 = c6.lastIndex - u5[2].length, a3 = u5[1], c6 = void 0 === u5[3] ? p2 : '"' === u5[3] ? $ : g) : c6 === $ || c6 === g ? c6 = p2 : c6 === _ || c6 === m ? c6 = v : (c6 = p2, n5 = void 0);
    const x3 = c6 === p2 && t5[i8 + 1].startsWith("/>") ? " " : "";
    l6 += c6 === v ? s7 + r3 : d3 >= 0 ? (e5.push(a3), s7.slice(0, d3) + h2 + s7.slice(d3) + o3 + x3) : s7 + o3 + (-2 === d3 ? i8 : x3);
  }
  return [V(t5, l6 + (t5[s6] || "<?>") + (2 === i7 ? "</svg>" : 3 === i7 ? "</math>" : "")), e5];
};
var S2 = class _S {
  constructor({ strings: t5, _$litType$: i7 }, e5) {
    let r6;
    this.parts = [];
    let l6 = 0, a3 = 0;
    const u5 = t5.length - 1, d3 = this.parts, [f4, v4] = N(t5, i7);
    if (this.el = _S.createElement(f4, e5), P.currentNode = this.el.content, 2 === i7 || 3 === i7) {
      const t6 = this.el.content.firstChild;
      t6.replaceWith(...t6.childNodes);
    }
    for (; null !== (r6 = P.nextNode()) && d3.length < u5; ) {
      if (1 === r6.nodeType) {
        if (r6.hasAttributes()) for (const t6 of r6.getAttributeNames()) if (t6.endsWith(h2)) {
          const i8 = v4[a3++], s6 = r6.getAttribute(t6).split(o3), e6 = /([.?@])?(.*)/.exec(i8);
          d3.push({ type: 1, index: l6, name: e6[2], strings: s6, ctor: "." === e6[1] ? I : "?" === e6[1] ? L : "@" === e6[1] ? z : H }), r6.removeAttribute(t6);
        } else t6.startsWith(o3) && (d3.push({ type: 6, index: l6 }), r6.removeAttribute(t6));
        if (y2.test(r6.tagName)) {
          const t6 = r6.textContent.split(o3), i8 = t6.length - 1;
          if (i8 > 0) {
            r6.textContent = s2 ? s2.emptyScript : "";
            for (let s6 = 0; s6 < i8; s6++) r6.append(t6[s6], c3()), P.nextNode(), d3.push({ type: 2, index: ++l6 });
            r6.append(t6[i8], c3());
          }
        }
      } else if (8 === r6.nodeType) if (r6.data === n3) d3.push({ type: 2, index: l6 });
      else {
        let t6 = -1;
        for (; -1 !== (t6 = r6.data.indexOf(o3, t6 + 1)); ) d3.push({ type: 7, index: l6 }), t6 += o3.length - 1;
      }
      l6++;
    }
  }
  static createElement(t5, i7) {
    const s6 = l2.createElement("template");
    return s6.innerHTML = t5, s6;
  }
};
function M(t5, i7, s6 = t5, e5) {
  if (i7 === E) return i7;
  let h5 = void 0 !== e5 ? s6._$Co?.[e5] : s6._$Cl;
  const o6 = a2(i7) ? void 0 : i7._$litDirective$;
  return h5?.constructor !== o6 && (h5?._$AO?.(false), void 0 === o6 ? h5 = void 0 : (h5 = new o6(t5), h5._$AT(t5, s6, e5)), void 0 !== e5 ? (s6._$Co ??= [])[e5] = h5 : s6._$Cl = h5), void 0 !== h5 && (i7 = M(t5, h5._$AS(t5, i7.values), h5, e5)), i7;
}
var R = class {
  constructor(t5, i7) {
    this._$AV = [], this._$AN = void 0, this._$AD = t5, this._$AM = i7;
  }
  get parentNode() {
    return this._$AM.parentNode;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  u(t5) {
    const { el: { content: i7 }, parts: s6 } = this._$AD, e5 = (t5?.creationScope ?? l2).importNode(i7, true);
    P.currentNode = e5;
    let h5 = P.nextNode(), o6 = 0, n5 = 0, r6 = s6[0];
    for (; void 0 !== r6; ) {
      if (o6 === r6.index) {
        let i8;
        2 === r6.type ? i8 = new k(h5, h5.nextSibling, this, t5) : 1 === r6.type ? i8 = new r6.ctor(h5, r6.name, r6.strings, this, t5) : 6 === r6.type && (i8 = new Z(h5, this, t5)), this._$AV.push(i8), r6 = s6[++n5];
      }
      o6 !== r6?.index && (h5 = P.nextNode(), o6++);
    }
    return P.currentNode = l2, e5;
  }
  p(t5) {
    let i7 = 0;
    for (const s6 of this._$AV) void 0 !== s6 && (void 0 !== s6.strings ? (s6._$AI(t5, s6, i7), i7 += s6.strings.length - 2) : s6._$AI(t5[i7])), i7++;
  }
};
var k = class _k {
  get _$AU() {
    return this._$AM?._$AU ?? this._$Cv;
  }
  constructor(t5, i7, s6, e5) {
    this.type = 2, this._$AH = A, this._$AN = void 0, this._$AA = t5, this._$AB = i7, this._$AM = s6, this.options = e5, this._$Cv = e5?.isConnected ?? true;
  }
  get parentNode() {
    let t5 = this._$AA.parentNode;
    const i7 = this._$AM;
    return void 0 !== i7 && 11 === t5?.nodeType && (t5 = i7.parentNode), t5;
  }
  get startNode() {
    return this._$AA;
  }
  get endNode() {
    return this._$AB;
  }
  _$AI(t5, i7 = this) {
    t5 = M(this, t5, i7), a2(t5) ? t5 === A || null == t5 || "" === t5 ? (this._$AH !== A && this._$AR(), this._$AH = A) : t5 !== this._$AH && t5 !== E && this._(t5) : void 0 !== t5._$litType$ ? this.$(t5) : void 0 !== t5.nodeType ? this.T(t5) : d2(t5) ? this.k(t5) : this._(t5);
  }
  O(t5) {
    return this._$AA.parentNode.insertBefore(t5, this._$AB);
  }
  T(t5) {
    this._$AH !== t5 && (this._$AR(), this._$AH = this.O(t5));
  }
  _(t5) {
    this._$AH !== A && a2(this._$AH) ? this._$AA.nextSibling.data = t5 : this.T(l2.createTextNode(t5)), this._$AH = t5;
  }
  $(t5) {
    const { values: i7, _$litType$: s6 } = t5, e5 = "number" == typeof s6 ? this._$AC(t5) : (void 0 === s6.el && (s6.el = S2.createElement(V(s6.h, s6.h[0]), this.options)), s6);
    if (this._$AH?._$AD === e5) this._$AH.p(i7);
    else {
      const t6 = new R(e5, this), s7 = t6.u(this.options);
      t6.p(i7), this.T(s7), this._$AH = t6;
    }
  }
  _$AC(t5) {
    let i7 = C.get(t5.strings);
    return void 0 === i7 && C.set(t5.strings, i7 = new S2(t5)), i7;
  }
  k(t5) {
    u2(this._$AH) || (this._$AH = [], this._$AR());
    const i7 = this._$AH;
    let s6, e5 = 0;
    for (const h5 of t5) e5 === i7.length ? i7.push(s6 = new _k(this.O(c3()), this.O(c3()), this, this.options)) : s6 = i7[e5], s6._$AI(h5), e5++;
    e5 < i7.length && (this._$AR(s6 && s6._$AB.nextSibling, e5), i7.length = e5);
  }
  _$AR(t5 = this._$AA.nextSibling, s6) {
    for (this._$AP?.(false, true, s6); t5 !== this._$AB; ) {
      const s7 = i3(t5).nextSibling;
      i3(t5).remove(), t5 = s7;
    }
  }
  setConnected(t5) {
    void 0 === this._$AM && (this._$Cv = t5, this._$AP?.(t5));
  }
};
var H = class {
  get tagName() {
    return this.element.tagName;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  constructor(t5, i7, s6, e5, h5) {
    this.type = 1, this._$AH = A, this._$AN = void 0, this.element = t5, this.name = i7, this._$AM = e5, this.options = h5, s6.length > 2 || "" !== s6[0] || "" !== s6[1] ? (this._$AH = Array(s6.length - 1).fill(new String()), this.strings = s6) : this._$AH = A;
  }
  _$AI(t5, i7 = this, s6, e5) {
    const h5 = this.strings;
    let o6 = false;
    if (void 0 === h5) t5 = M(this, t5, i7, 0), o6 = !a2(t5) || t5 !== this._$AH && t5 !== E, o6 && (this._$AH = t5);
    else {
      const e6 = t5;
      let n5, r6;
      for (t5 = h5[0], n5 = 0; n5 < h5.length - 1; n5++) r6 = M(this, e6[s6 + n5], i7, n5), r6 === E && (r6 = this._$AH[n5]), o6 ||= !a2(r6) || r6 !== this._$AH[n5], r6 === A ? t5 = A : t5 !== A && (t5 += (r6 ?? "") + h5[n5 + 1]), this._$AH[n5] = r6;
    }
    o6 && !e5 && this.j(t5);
  }
  j(t5) {
    t5 === A ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, t5 ?? "");
  }
};
var I = class extends H {
  constructor() {
    super(...arguments), this.type = 3;
  }
  j(t5) {
    this.element[this.name] = t5 === A ? void 0 : t5;
  }
};
var L = class extends H {
  constructor() {
    super(...arguments), this.type = 4;
  }
  j(t5) {
    this.element.toggleAttribute(this.name, !!t5 && t5 !== A);
  }
};
var z = class extends H {
  constructor(t5, i7, s6, e5, h5) {
    super(t5, i7, s6, e5, h5), this.type = 5;
  }
  _$AI(t5, i7 = this) {
    if ((t5 = M(this, t5, i7, 0) ?? A) === E) return;
    const s6 = this._$AH, e5 = t5 === A && s6 !== A || t5.capture !== s6.capture || t5.once !== s6.once || t5.passive !== s6.passive, h5 = t5 !== A && (s6 === A || e5);
    e5 && this.element.removeEventListener(this.name, this, s6), h5 && this.element.addEventListener(this.name, this, t5), this._$AH = t5;
  }
  handleEvent(t5) {
    "function" == typeof this._$AH ? this._$AH.call(this.options?.host ?? this.element, t5) : this._$AH.handleEvent(t5);
  }
};
var Z = class {
  constructor(t5, i7, s6) {
    this.element = t5, this.type = 6, this._$AN = void 0, this._$AM = i7, this.options = s6;
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  _$AI(t5) {
    M(this, t5);
  }
};
var j = { M: h2, P: o3, A: n3, C: 1, L: N, R, D: d2, V: M, I: k, H, N: L, U: z, B: I, F: Z };
var B = t2.litHtmlPolyfillSupport;
B?.(S2, k), (t2.litHtmlVersions ??= []).push("3.3.3");
var D = (t5, i7, s6) => {
  const e5 = s6?.renderBefore ?? i7;
  let h5 = e5._$litPart$;
  if (void 0 === h5) {
    const t6 = s6?.renderBefore ?? null;
    e5._$litPart$ = h5 = new k(i7.insertBefore(c3(), t6), t6, void 0, s6 ?? {});
  }
  return h5._$AI(t5), h5;
};

// node_modules/lit-element/lit-element.js
var s3 = globalThis;
var i4 = class extends y {
  constructor() {
    super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
  }
  createRenderRoot() {
    const t5 = super.createRenderRoot();
    return this.renderOptions.renderBefore ??= t5.firstChild, t5;
  }
  update(t5) {
    const r6 = this.render();
    this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(t5), this._$Do = D(r6, this.renderRoot, this.renderOptions);
  }
  connectedCallback() {
    super.connectedCallback(), this._$Do?.setConnected(true);
  }
  disconnectedCallback() {
    super.disconnectedCallback(), this._$Do?.setConnected(false);
  }
  render() {
    return E;
  }
};
i4._$litElement$ = true, i4["finalized"] = true, s3.litElementHydrateSupport?.({ LitElement: i4 });
var o4 = s3.litElementPolyfillSupport;
o4?.({ LitElement: i4 });
(s3.litElementVersions ??= []).push("4.2.2");

// src/markdown/links.ts
var LINK_SCHEMES = /* @__PURE__ */ new Set(["http:", "https:", "mailto:", "tel:", "chatkit-link:"]);
var RASTER_DATA = /^data:image\/(?:png|jpe?g|gif|webp|avif);base64,[a-z0-9+/=\s]*$/i;
var MAX_DATA_CHARS = 3e6;
function parse(address) {
  try {
    return new URL(address, document.baseURI);
  } catch {
    return null;
  }
}
function safeHref(address) {
  const url = parse(address);
  return url !== null && LINK_SCHEMES.has(url.protocol) ? url.href : null;
}
function hostAllowed(host2, pattern) {
  const wanted = pattern.toLowerCase().replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return wanted.startsWith("*.") ? host2.endsWith(wanted.slice(1)) : host2 === wanted;
}
function safeImageSource(address, domains = []) {
  if (RASTER_DATA.test(address)) return address.length <= MAX_DATA_CHARS ? address : null;
  const url = parse(address);
  if (url === null || url.protocol !== "https:" && url.protocol !== "http:") return null;
  if (url.origin === location.origin) return url.href;
  return url.username === "" && domains.some((domain) => hostAllowed(url.host, domain)) ? url.href : null;
}
function parseDeeplink(href) {
  const match = /^chatkit-link:(?:\/\/)?([^/?#]+)[^?#]*(?:\?([^#]*))?/i.exec(href);
  if (match === null) return null;
  return { name: decode(match[1] ?? ""), data: Object.fromEntries(new URLSearchParams(match[2] ?? "")) };
}
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// src/ui/announcer.ts
function announcement(before, after, strings) {
  if (after.error !== null && after.error !== before?.error) return after.error.message;
  const isSameThread = before?.thread?.id === after.thread?.id || before?.thread == null;
  if (before === null || !isSameThread) return null;
  if (before.phase !== "responding" && after.phase === "responding") return strings.responding;
  if (before.phase !== "responding" || after.phase !== "idle") return null;
  return after.stopped ? strings.stoppedAnnounced : strings.finished;
}

// src/ui/clipboard.ts
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.setProperty("position", "fixed");
  field.style.setProperty("opacity", "0");
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

// node_modules/lit-html/directive.js
var t3 = { ATTRIBUTE: 1, CHILD: 2, PROPERTY: 3, BOOLEAN_ATTRIBUTE: 4, EVENT: 5, ELEMENT: 6 };
var e4 = (t5) => (...e5) => ({ _$litDirective$: t5, values: e5 });
var i5 = class {
  constructor(t5) {
  }
  get _$AU() {
    return this._$AM._$AU;
  }
  _$AT(t5, e5, i7) {
    this._$Ct = t5, this._$AM = e5, this._$Ci = i7;
  }
  _$AS(t5, e5) {
    return this.update(t5, e5);
  }
  update(t5, e5) {
    return this.render(...e5);
  }
};

// node_modules/lit-html/directive-helpers.js
var { I: t4 } = j;
var i6 = (o6) => o6;
var r4 = (o6) => void 0 === o6.strings;
var s4 = () => document.createComment("");
var v2 = (o6, n5, e5) => {
  const l6 = o6._$AA.parentNode, d3 = void 0 === n5 ? o6._$AB : n5._$AA;
  if (void 0 === e5) {
    const i7 = l6.insertBefore(s4(), d3), n6 = l6.insertBefore(s4(), d3);
    e5 = new t4(i7, n6, o6, o6.options);
  } else {
    const t5 = e5._$AB.nextSibling, n6 = e5._$AM, c6 = n6 !== o6;
    if (c6) {
      let t6;
      e5._$AQ?.(o6), e5._$AM = o6, void 0 !== e5._$AP && (t6 = o6._$AU) !== n6._$AU && e5._$AP(t6);
    }
    if (t5 !== d3 || c6) {
      let o7 = e5._$AA;
      for (; o7 !== t5; ) {
        const t6 = i6(o7).nextSibling;
        i6(l6).insertBefore(o7, d3), o7 = t6;
      }
    }
  }
  return e5;
};
var u3 = (o6, t5, i7 = o6) => (o6._$AI(t5, i7), o6);
var m2 = {};
var p3 = (o6, t5 = m2) => o6._$AH = t5;
var M2 = (o6) => o6._$AH;
var h3 = (o6) => {
  o6._$AR(), o6._$AA.remove();
};

// node_modules/lit-html/directives/live.js
var l3 = e4(class extends i5 {
  constructor(r6) {
    if (super(r6), r6.type !== t3.PROPERTY && r6.type !== t3.ATTRIBUTE && r6.type !== t3.BOOLEAN_ATTRIBUTE) throw Error("The `live` directive is not allowed on child or event bindings");
    if (!r4(r6)) throw Error("`live` bindings can only contain a single expression");
  }
  render(r6) {
    return r6;
  }
  update(i7, [t5]) {
    if (t5 === E || t5 === A) return t5;
    const o6 = i7.element, l6 = i7.name;
    if (i7.type === t3.PROPERTY) {
      if (t5 === o6[l6]) return E;
    } else if (i7.type === t3.BOOLEAN_ATTRIBUTE) {
      if (!!t5 === o6.hasAttribute(l6)) return E;
    } else if (i7.type === t3.ATTRIBUTE && o6.getAttribute(l6) === t5 + "") return E;
    return p3(i7), t5;
  }
});

// src/ui/icons.ts
var SVG = "http://www.w3.org/2000/svg";
var ring = (x3, y4, r6) => `M${x3 - r6} ${y4}a${r6} ${r6} 0 1 0 ${2 * r6} 0a${r6} ${r6} 0 1 0 ${-2 * r6} 0z`;
var dot = (x3, y4) => `M${x3} ${y4}h.01`;
var SHEET = "M7 3.5h6.5L18.5 8.5V19a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5zM13 3.8V9h5.2";
var FRAME = "M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z";
var PANEL = "M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5z";
var STAR = "M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7L12 16.8l-5.1 2.7 1-5.7-4.1-4 5.7-.8z";
var SPARK = "M11 4.5c.8 4.4 2.6 6.2 7 7-4.4.8-6.2 2.6-7 7-.8-4.4-2.6-6.2-7-7 4.4-.8 6.2-2.6 7-7z";
var BOOK = "M12 6.5C10 5 7 4.6 4 5v13c3-.4 6 0 8 1.5 2-1.5 5-1.9 8-1.500V5c-3-.4-6 0-8 1.500zM12 6.500v13";
var DRAWINGS = {
  dot: [ring(12, 12, 3)],
  plus: ["M12 5v14M5 12h14"],
  close: ["M6.5 6.500l11 11M17.5 6.500l-11 11"],
  check: ["M5 12.500l4.5 4.500L19 7.5"],
  "check-circle": [ring(12, 12, 8.5), "M8.2 12.300l2.6 2.6 5-5.3"],
  "arrow-up": ["M12 19V5.500M6 11.300l6-6 6 6"],
  "arrow-down": ["M12 5v13.500M6 12.700l6 6 6-6"],
  stop: ["M8 7h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z"],
  copy: ["M10 8.500h8a1.5 1.5 0 0 1 1.5 1.500v8.500A1.5 1.5 0 0 1 18 20h-8a1.5 1.5 0 0 1-1.5-1.500V10A1.5 1.5 0 0 1 10 8.500z", "M5.7 15.500A1.5 1.5 0 0 1 4.5 14V5.500A1.5 1.5 0 0 1 6 4h8a1.5 1.5 0 0 1 1.5 1.2"],
  "thumb-up": ["M7.5 10.500v9H5A1.5 1.5 0 0 1 3.5 18v-6A1.5 1.5 0 0 1 5 10.500zM7.5 10.800L11.3 4c1.5 0 2.5 1.2 2.2 2.700L13 9.500h5c1.3 0 2.2 1.2 1.9 2.400l-1.5 6a2.1 2.1 0 0 1-2 1.600H7.5"],
  "thumb-down": ["M7.5 13.500v-9H5A1.5 1.5 0 0 0 3.5 6v6A1.5 1.5 0 0 0 5 13.500zM7.5 13.200l3.8 6.800c1.5 0 2.5-1.2 2.2-2.700L13 14.500h5c1.3 0 2.2-1.2 1.9-2.400l-1.5-6a2.1 2.1 0 0 0-2-1.600H7.5"],
  reload: ["M19.5 12a7.5 7.5 0 1 1-2.3-5.4", "M19.8 3.500v4.300h-4.3"],
  "chevron-down": ["M7 10l5 5 5-5"],
  "chevron-right": ["M10 7l5 5-5 5"],
  "chevron-left": ["M14 7l-5 5 5 5"],
  "chevrons-left": ["M12 7l-5 5 5 5M18 7l-5 5 5 5"],
  "chevrons-right": ["M12 7l5 5-5 5M6 7l5 5-5 5"],
  "arrow-left": ["M19 12H5.500M11.3 6l-6 6 6 6"],
  history: ["M4 7h16M4 12h10M4 17h13"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  compose: ["M12 5H6.500A1.5 1.5 0 0 0 5 6.500v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.500V12", "M17.7 4.300a1.4 1.4 0 0 1 2 2L13 13l-2.7.7.7-2.700z"],
  pencil: ["M15.5 5.500l3 3L8.5 18.500l-4 1 1-4z"],
  trash: ["M4.5 7h15M9.5 7V5.500A1.5 1.5 0 0 1 11 4h2a1.5 1.5 0 0 1 1.5 1.500V7M6.5 7l.8 11.600A1.5 1.5 0 0 0 8.8 20h6.400a1.5 1.5 0 0 0 1.5-1.400L17.5 7M10.5 11v5M13.5 11v5"],
  "dots-horizontal": [dot(6, 12), dot(12, 12), dot(18, 12)],
  "dots-vertical": [dot(12, 6), dot(12, 12), dot(12, 18)],
  "dots-circle": [ring(12, 12, 8.5), dot(8.5, 12), dot(12, 12), dot(15.5, 12)],
  search: [ring(10.5, 10.5, 6), "M15 15l5 5"],
  globe: [ring(12, 12, 8.5), "M3.5 12h17M12 3.500c-5 5-5 12 0 17M12 3.500c5 5 5 12 0 17"],
  document: [SHEET, "M9 13h6M9 16.500h4"],
  "page-blank": [SHEET],
  "square-image": [FRAME, ring(9, 9.5, 1.6), "M4.5 17l4.7-4.2 3.3 2.9 2.7-2.5 4.5 4"],
  "square-code": [FRAME, "M9.5 9.500L7 12l2.5 2.500M14.5 9.500L17 12l-2.5 2.5"],
  "square-text": [FRAME, "M8 9h8M8 12.500h8M8 16h4"],
  sparkle: [SPARK, "M18.5 3.500v4M16.5 5.500h4"],
  lightbulb: ["M9.5 18h5M10.5 20.500h3M9.5 18c0-2.5-3-3.5-3-7a5.5 5.5 0 0 1 11 0c0 3.5-3 4.5-3 7"],
  bolt: ["M13 3.500L5.5 13.500H12l-1 7 7.5-10H12z"],
  chart: ["M4 20h16M7 16.500v-5M12 16.500V6M17 16.500V9"],
  analytics: ["M4 18.500l5.5-6 4 3.500L20 8M15.5 8H20v4.5"],
  calendar: ["M6 5.500h12A1.5 1.5 0 0 1 19.5 7v11.500A1.5 1.5 0 0 1 18 20H6a1.5 1.5 0 0 1-1.5-1.500V7A1.5 1.5 0 0 1 6 5.500zM4.5 10h15M8.5 3.500v4M15.5 3.500v4"],
  clock: [ring(12, 12, 8.5), "M12 7.500V12l3 2"],
  compass: [ring(12, 12, 8.5), "M15.5 8.500l-2 5-5 2 2-5z"],
  cube: ["M12 3.500l7.5 4.200v8.600L12 20.500l-7.5-4.200V7.700zM4.7 7.800L12 12l7.3-4.200M12 12v8.3"],
  desktop: ["M5 4.500h14A1.5 1.5 0 0 1 20.5 6v9a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 15V6A1.5 1.5 0 0 1 5 4.500zM8.5 20h7M12 16.500V20"],
  mobile: ["M8.5 3h7A1.5 1.5 0 0 1 17 4.500v15a1.5 1.5 0 0 1-1.5 1.500h-7A1.5 1.5 0 0 1 7 19.500v-15A1.5 1.5 0 0 1 8.5 3zM11 17.500h2"],
  mail: ["M5 5.500h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 17V7A1.5 1.5 0 0 1 5 5.500zM4 7.500l8 6 8-6"],
  "map-pin": ["M12 20.500s6.5-5.5 6.5-10.300a6.5 6.5 0 0 0-13 0C5.5 15 12 20.5 12 20.500z", ring(12, 10.2, 2.3)],
  maps: ["M9 5L3.5 7v12.500L9 17.500l6 2 5.5-2V5L15 7zM9 5v12.500M15 7v12.5"],
  phone: ["M6.5 4h2.300l1.5 4-2 1.500a11 11 0 0 0 6 6l1.5-2 4 1.500v2.500A2 2 0 0 1 17.6 20 15 15 0 0 1 4.2 6.3 2 2 0 0 1 6.5 4z"],
  user: [ring(12, 8.3, 3.8), "M4.8 20c.7-4 3.5-5.8 7.2-5.800s6.5 1.8 7.2 5.8"],
  "profile-card": [PANEL, ring(9, 10.5, 2), "M5.8 16.500c.4-1.8 1.6-2.7 3.2-2.700s2.8.9 3.2 2.700M15 10h3M15 13.500h3"],
  star: [STAR],
  info: [ring(12, 12, 8.5), `M12 11.300v5${dot(12, 8)}`],
  warning: ["M12 4.500l8.3 14.500H3.700z", `M12 10v4.2${dot(12, 16.7)}`],
  danger: [ring(12, 12, 8.5), `M12 7.500v5.5${dot(12, 16.3)}`],
  question: [ring(12, 12, 8.5), `M9.7 9.500A2.4 2.4 0 0 1 12 7.800c1.4 0 2.4.9 2.4 2.1 0 1.7-2.4 1.9-2.4 3.7${dot(12, 16.5)}`],
  external: ["M13.5 4.500h6v6M19.2 4.800L11 13M17.5 14v4a1.5 1.5 0 0 1-1.5 1.500H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.500h4"],
  settings: ["M4 8h9M17 8h3M4 16h3M11 16h9", ring(15, 8, 2), ring(9, 16, 2)],
  cog: [ring(12, 12, 5.8), ring(12, 12, 2.2), "M12 3.5v2.7M12 17.8v2.7M3.5 12h2.7M17.8 12h2.7M6 6l1.9 1.9M16.1 16.1L18 18M18 6l-1.9 1.9M7.9 16.1L6 18"],
  agent: ["M7 8.500h10A2.5 2.5 0 0 1 19.5 11v6a2.5 2.5 0 0 1-2.5 2.500H7A2.5 2.5 0 0 1 4.5 17v-6A2.5 2.5 0 0 1 7 8.500zM12 8.500V5", ring(12, 4, 1), `${dot(9.3, 13.5)}${dot(14.7, 13.5)}`, "M10 16.500h4"],
  atom: [ring(12, 12, 1.2), "M19.5 12c0 2-3.4 3.6-7.5 3.600S4.5 14 4.5 12 7.9 8.4 12 8.400s7.5 1.6 7.5 3.600zM15.8 18.500c-1.8 1-4.9-1.1-6.9-4.700s-2.5-7.3-.7-8.3 4.9 1.1 6.9 4.7 2.5 7.3.7 8.300z"],
  batch: ["M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4"],
  book: [BOOK],
  bug: ["M8.5 9.500h7v5a3.5 3.5 0 0 1-7 0zM9 9.500a3 3 0 0 1 6 0M8.5 12H4.500M19.5 12h-4M8.7 15.500L5.5 18M15.3 15.500l3.2 2.500M8.5 9.500L5.5 7M15.5 9.500l3-2.500M12 9.500V18"],
  confetti: ["M8.5 9.500L4 20l10.5-4.500z", `M13 8c0-2 .5-3.5 2-4.500M16 11c2 0 3.5-.5 4.5-2M15.5 8.500l3-3${dot(10, 4.5)}${dot(19.5, 14)}`],
  circle: [ring(12, 12, 8.5)],
  key: [ring(8, 15.5, 4), "M11 12.500l8-8M16 7.500l2.5 2.500M13.5 10l1.5 1.5"],
  lab: ["M9.5 3.500h5M10.5 3.500v6L5.3 18.300A1.5 1.5 0 0 0 6.6 20.500h10.800a1.5 1.5 0 0 0 1.3-2.200L13.5 9.500v-6M8 15h8"],
  lifesaver: [ring(12, 12, 8.5), ring(12, 12, 3.5), "M6 6l3.5 3.500M14.5 14.500L18 18M18 6l-3.5 3.500M9.5 14.500L6 18"],
  notebook: ["M7.5 3.500H17A1.5 1.5 0 0 1 18.5 5v14a1.5 1.5 0 0 1-1.5 1.500H7.500A1.5 1.5 0 0 1 6 19V5a1.5 1.5 0 0 1 1.5-1.500zM4.5 8H7M4.5 12H7M4.5 16H7M10.5 8.500h4.5"],
  play: ["M8 5.500v13l10.5-6.500z"],
  suitcase: ["M5 8h14A1.5 1.5 0 0 1 20.5 9.500v8A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.500v-8A1.5 1.5 0 0 1 5 8zM9 8V6.500A1.5 1.5 0 0 1 10.5 5h3A1.5 1.5 0 0 1 15 6.500V8M3.5 13h17"],
  wreath: ["M7.5 4.500C5 7 4.3 10 5 13s3 5.5 7 6.500c4-1 6.3-3.5 7-6.500s0-6-2.5-8.500M5 9.500l3 1M5.5 14.500l3-1M19 9.500l-3 1M18.5 14.500l-3-1"],
  home: ["M4.5 11L12 4.500l7.5 6.500M6.5 9.500V18A1.5 1.5 0 0 0 8 19.500h8a1.5 1.5 0 0 0 1.5-1.500V9.500M10 19.500V14h4v5.5"],
  share: ["M12 14.500V4M8 7.500L12 3.700l4 3.800M5 13.500v4A2 2 0 0 0 7 19.500h10a2 2 0 0 0 2-2v-4"],
  "panel-left": [PANEL, "M9.5 4.500v15"],
  "panel-right": [PANEL, "M14.5 4.500v15"],
  expand: ["M14 4.500h5.500V10M10 19.500H4.500V14M19.2 4.800L13.5 10.500M4.8 19.200l5.7-5.7"],
  collapse: ["M19.5 9.500H14.500V4.500M4.5 14.500h5v5M14.8 9.200L19.5 4.500M9.2 14.800L4.5 19.5"],
  grid: ["M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z"],
  chat: ["M5 5h14a1.5 1.5 0 0 1 1.5 1.500v9A1.5 1.5 0 0 1 19 17h-6.500L8 20.500V17H5a1.5 1.5 0 0 1-1.5-1.500v-9A1.5 1.5 0 0 1 5 5z"],
  sun: [ring(12, 12, 3.8), "M12 3.500V5M12 19v1.500M3.5 12H5M19 12h1.500M6 6l1 1M17 17l1 1M18 6l-1 1M7 17l-1 1"],
  moon: ["M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z"],
  quote: ["M5 6v7a3 3 0 0 0 3 3h11M15 12l4 4-4 4"],
  file: [SHEET]
};
var ALIASES = {
  profile: "user",
  name: "profile-card",
  write: "pencil",
  "write-alt": "pencil",
  "write-alt2": "compose",
  edit: "pencil",
  "notebook-pencil": "notebook",
  "book-open": "book",
  "book-closed": "notebook",
  "book-clock": "book",
  images: "square-image",
  image: "square-image",
  "circle-question": "question",
  "empty-circle": "circle",
  "external-link": "external",
  "check-circle-filled": "check-circle",
  "star-filled": "star",
  "sparkle-double": "sparkle",
  sparkles: "sparkle",
  "settings-slider": "settings",
  "settings-cog": "cog",
  settings: "settings",
  keys: "key",
  "home-alt": "home",
  "back-small": "chevron-left",
  "back-large": "arrow-left",
  "double-chevron-left": "chevrons-left",
  "double-chevron-right": "chevrons-right",
  "collapse-left": "chevrons-left",
  "collapse-right": "chevrons-right",
  "open-left": "chevrons-left",
  "open-right": "chevrons-right",
  "expand-large": "expand",
  "expand-small": "expand",
  "collapse-large": "collapse",
  "collapse-small": "collapse",
  "chat-temporary": "chat",
  "dots-horizontal-circle": "dots-circle",
  "dots-vertical-circle": "dots-circle",
  "menu-inverted": "menu",
  hamburger: "menu",
  "light-mode": "sun",
  "dark-mode": "moon",
  "file-text": "document",
  "map": "maps",
  "zap": "bolt",
  "x": "close",
  "help-circle": "question",
  "refresh-cw": "reload",
  briefcase: "suitcase",
  package: "cube",
  "code": "square-code",
  "mic": "dot"
};
var FILLED = /* @__PURE__ */ new Set(["check-circle-filled", "star-filled", "stop"]);
function drawingOf(name) {
  const plain = name.startsWith("lucide:") ? name.slice(7) : name;
  const side = /^sidebar-.*?(left|right)/.exec(plain)?.[1];
  const wanted = side === void 0 ? plain : `panel-${side}`;
  const known = Object.hasOwn(DRAWINGS, wanted) ? wanted : Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : void 0;
  return DRAWINGS[known ?? "dot"] ?? [];
}
function shape(data, isSolid, isFirst) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", data);
  if (isSolid && isFirst) path.setAttribute("fill", "currentColor");
  else if (isSolid) path.setAttribute("stroke", "var(--n1)");
  return path;
}
function icon(name) {
  const wanted = name ?? "dot";
  const svg = document.createElementNS(SVG, "svg");
  const isSolid = FILLED.has(wanted);
  for (const [attribute, value] of Object.entries(FRAME_ATTRIBUTES)) svg.setAttribute(attribute, value);
  if (/^dots-(?:horizontal|vertical)$/.test(wanted)) svg.setAttribute("stroke-width", "2.4");
  if (DIRECTIONAL.test(wanted)) svg.classList.add("mirrored");
  svg.append(...drawingOf(wanted).map((data, at2) => shape(data, isSolid, at2 === 0)));
  return svg;
}
var DIRECTIONAL = /left|right|back|quote|external|history/;
var FRAME_ATTRIBUTES = {
  class: "icon",
  viewBox: "0 0 24 24",
  fill: "none",
  stroke: "currentColor",
  "stroke-width": "1.75",
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
  "aria-hidden": "true",
  focusable: "false"
};

// src/ui/menu.ts
var MenuController = class {
  constructor(root, changed) {
    /** The name of the open menu. */
    this.open = null;
    this.onFocusOut = (event) => {
      const anchor2 = event.currentTarget;
      const target = event.relatedTarget;
      if (this.open !== null && !(target instanceof Node && anchor2.contains(target))) this.close(this.open, false);
    };
    this.root = root;
    this.changed = changed;
  }
  template(menu) {
    const isOpen = this.open === menu.name;
    return b2`<div class="menu-anchor" @keydown=${(event) => this.onKey(event, menu)} @focusout=${this.onFocusOut}>
      <button type="button" class=${menu.buttonClass} data-menu=${menu.name} aria-haspopup="menu" aria-expanded=${isOpen}
        aria-label=${menu.label} title=${menu.label} ?disabled=${menu.disabled} @click=${() => this.toggle(menu)}>${menu.button}</button>
      ${isOpen ? b2`<div class="menu" role="menu" aria-label=${menu.label}>${menu.entries.map((entry) => this.entry(entry, menu))}</div>` : A}
    </div>`;
  }
  close(name, returnsFocus) {
    if (this.open === null) return;
    this.open = null;
    this.changed();
    if (returnsFocus) this.root().querySelector(`[data-menu="${CSS.escape(name)}"]`)?.focus();
  }
  entry(entry, menu) {
    const isChoice = entry.checked !== void 0;
    return b2`<button type="button" role=${isChoice ? "menuitemradio" : "menuitem"} tabindex="-1" class=${entry.isDangerous === true ? "danger" : ""}
      aria-checked=${entry.checked ?? A} ?disabled=${entry.disabled === true}
      @click=${() => this.pick(entry, menu)}>
      ${entry.icon === void 0 ? A : icon(entry.icon)}
      <span class="menu-text"><span>${entry.label}</span>${entry.description === void 0 ? A : b2`<small>${entry.description}</small>`}</span>
      ${entry.checked === true ? icon("check") : A}
    </button>`;
  }
  pick(entry, menu) {
    this.close(menu.name, true);
    menu.onPick(entry.id);
  }
  toggle(menu) {
    if (this.open === menu.name) return this.close(menu.name, true);
    this.open = menu.name;
    this.changed();
    requestAnimationFrame(() => {
      const items = this.items();
      const first = items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0];
      first?.focus({ preventScroll: true });
      first?.parentElement?.scrollIntoView({ block: "nearest" });
    });
  }
  items() {
    return [...this.root().querySelectorAll(".menu [role^=menuitem]:not(:disabled)")];
  }
  onKey(event, menu) {
    if (this.open !== menu.name) return;
    const items = this.items();
    const at2 = items.indexOf(this.root().activeElement);
    const next = { ArrowDown: at2 + 1, ArrowUp: at2 - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") this.close(menu.name, true);
    else if (next !== void 0) items.at(next >= items.length ? 0 : next)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
};

// src/ui/composer.ts
var MAX_LINES = 8;
var Composer = class {
  constructor(host2) {
    this.drafts = /* @__PURE__ */ new Map();
    this.threadId = null;
    this.toolId = null;
    this.modelId = null;
    this.error = null;
    this.fitted = "";
    this.onInput = (event) => {
      this.draft.text = event.target.value;
      this.error = null;
      this.host.changed();
    };
    this.onKey = (event) => {
      const isComposing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || isComposing) return;
      event.preventDefault();
      void this.send();
    };
    this.onSubmit = (event) => {
      event.preventDefault();
      void this.send();
    };
    /** The whole frame is the field, for a finger or a mouse. */
    this.onFormClick = (event) => {
      if (event.target instanceof Element && event.target.closest("button, textarea, .menu") === null) this.focus();
    };
    this.host = host2;
    this.menus = new MenuController(host2.root, host2.changed);
  }
  /** Changes to the draft of another thread. A thread that has just begun takes over what is being written meanwhile. */
  useThread(threadId) {
    if (threadId === this.threadId) return;
    const begun = this.threadId === null && this.host.view.phase === "responding" ? this.drafts.get(null) : void 0;
    if (begun !== void 0 && threadId !== null) {
      this.drafts.set(threadId, begun);
      this.drafts.delete(null);
    }
    this.threadId = threadId;
    this.error = null;
  }
  set(value) {
    const draft = this.draft;
    if (value.text !== void 0) draft.text = value.text;
    if (value.content !== void 0) draft.tags = value.content;
    if (value.reply !== void 0) draft.reply = value.reply;
    if (value.selectedToolId !== void 0) this.setTool(value.selectedToolId);
    if (value.selectedModelId !== void 0) this.modelId = value.selectedModelId;
    this.host.changed();
  }
  focus() {
    this.field?.focus({ preventScroll: true });
  }
  /** Fits the field to its text; called after each render. */
  fit() {
    const field = this.field;
    if (field === null) return;
    const fitted = `${field.clientWidth} ${field.value}`;
    if (fitted === this.fitted) return;
    this.fitted = fitted;
    field.style.setProperty("height", "auto");
    const line = Number.parseFloat(getComputedStyle(field).lineHeight) || 24;
    const height = Math.min(field.scrollHeight, Math.ceil(line * MAX_LINES));
    field.style.setProperty("height", `${height}px`);
    field.classList.toggle("scrolls", field.scrollHeight > height + 1);
  }
  template() {
    const { view, strings } = this.host;
    const draft = this.draft;
    const reason = this.blockedBecause();
    return b2`${this.error === null ? A : b2`<p class="inline-error" role="alert">${icon("danger")}<span>${this.error}</span></p>`}
      <form class="composer ${reason === null ? "" : "blocked"} ${this.isPlain ? "plain" : ""}" @submit=${this.onSubmit} @click=${this.onFormClick}>
        ${draft.reply === null ? A : this.replyChip(draft.reply)}
        ${draft.tags.length === 0 ? A : b2`<div class="chips">${draft.tags.map((tag) => b2`<span class="tag">${tag.text}</span>`)}</div>`}
        <textarea id="message" rows="1" dir=${draft.text === "" ? A : "auto"} aria-label=${strings.message} placeholder=${reason ?? this.placeholder} ?disabled=${reason !== null}
          enterkeyhint="send" .value=${l3(draft.text)} @input=${this.onInput} @keydown=${this.onKey}></textarea>
        <div class="composer-bar">${this.toolControls(reason !== null)}<span class="spring"></span>${this.modelControl(reason !== null)}${this.sendButton(view, reason)}</div>
      </form>`;
  }
  get field() {
    return this.host.root().getElementById("message");
  }
  get draft() {
    let draft = this.drafts.get(this.threadId);
    if (draft === void 0) this.drafts.set(this.threadId, draft = { text: "", tags: [], reply: null });
    return draft;
  }
  get tools() {
    return this.host.options.composer?.tools ?? [];
  }
  get isPlain() {
    return this.tools.length === 0 && (this.host.options.composer?.models ?? []).length === 0;
  }
  get tool() {
    return this.tools.find(({ id }) => id === this.toolId);
  }
  get model() {
    const models2 = this.host.options.composer?.models ?? [];
    return models2.find(({ id }) => id === this.modelId) ?? models2.find((model) => model.default === true) ?? models2[0];
  }
  get placeholder() {
    return this.tool?.placeholderOverride ?? this.host.options.composer?.placeholder ?? this.host.strings.placeholder;
  }
  blockedBecause() {
    const { view, strings } = this.host;
    const status = view.thread?.status;
    if (status?.type === "locked") return status.reason ?? strings.locked;
    return view.phase === "loading" ? strings.loadingThread : null;
  }
  get canSend() {
    const { text, tags } = this.draft;
    return this.host.view.phase === "idle" && this.blockedBecause() === null && (text.trim() !== "" || tags.length > 0);
  }
  replyChip(reply) {
    const { strings } = this.host;
    return b2`<div class="reply" aria-label=${strings.quote}>${icon("quote")}<span dir="auto">${reply}</span>
      <button type="button" class="icon-button small" aria-label=${strings.removeQuote} @click=${() => this.set({ reply: null })}>${icon("close")}</button></div>`;
  }
  sendButton(view, reason) {
    const { strings, stop } = this.host;
    if (view.phase === "responding" && view.canStop) {
      return b2`<button type="button" class="send" aria-label=${strings.stop} title=${strings.stop} @click=${stop}>${icon("stop")}</button>`;
    }
    return b2`<button type="submit" class="send" aria-label=${strings.send} title=${strings.send} ?disabled=${reason !== null || !this.canSend}>${icon("arrow-up")}</button>`;
  }
  toolControls(disabled) {
    if (this.tools.length === 0) return A;
    const { strings } = this.host;
    const entries = this.tools.map(({ id, label, icon: name }) => ({ id, label, icon: name, checked: id === this.toolId }));
    const menu = this.menus.template({
      name: "tools",
      label: strings.chooseTool,
      button: b2`${icon("plus")}`,
      buttonClass: "icon-button",
      entries,
      disabled,
      onPick: (id) => this.setTool(id === this.toolId ? null : id)
    });
    const pinned = this.tools.filter((tool) => tool.pinned === true && tool.id !== this.toolId);
    return b2`${menu}${this.tool === void 0 ? A : this.toolChip(this.tool)}${pinned.map((tool) => this.pinnedTool(tool, disabled))}`;
  }
  toolChip(tool) {
    const label = this.host.strings.removeTool(tool.label);
    return b2`<button type="button" class="chip selected" aria-label=${label} title=${label} @click=${() => this.setTool(null)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span>${icon("close")}</button>`;
  }
  pinnedTool(tool, disabled) {
    return b2`<button type="button" class="chip pinned" ?disabled=${disabled} aria-label=${tool.label} title=${tool.label} @click=${() => this.setTool(tool.id)}>
      ${icon(tool.icon)}<span>${tool.shortLabel ?? tool.label}</span></button>`;
  }
  modelControl(disabled) {
    const models2 = this.host.options.composer?.models ?? [];
    const current = this.model;
    if (models2.length === 0 || current === void 0) return A;
    const entries = models2.map(({ id, label, description, disabled: off }) => ({ id, label, description, disabled: off, checked: id === current.id }));
    return this.menus.template({
      name: "model",
      label: `${this.host.strings.model}: ${current.label}`,
      buttonClass: "quiet-button",
      entries,
      disabled,
      button: b2`<span>${current.label}</span>${icon("chevron-down")}`,
      onPick: (id) => this.set({ selectedModelId: id })
    });
  }
  setTool(id) {
    if (id === this.toolId) return;
    this.toolId = id;
    this.host.toolChanged(id);
    this.host.changed();
    this.focus();
  }
  async send() {
    if (!this.canSend) return;
    const threadId = this.threadId;
    const sent = this.draft;
    this.drafts.delete(threadId);
    this.error = null;
    const input = this.inputOf(sent);
    if (this.tool !== void 0 && this.tool.persistent !== true) this.setTool(null);
    this.host.changed();
    try {
      await this.host.submit(input);
    } catch (error) {
      this.giveBack(threadId, sent, error);
    }
  }
  inputOf(draft) {
    const text = draft.text.trim();
    const content = [...draft.tags, ...text === "" ? [] : [{ type: "input_text", text }]];
    const model = (this.host.options.composer?.models ?? []).length > 0 ? this.model?.id ?? null : null;
    const choice = this.tool === void 0 ? null : { id: this.tool.id };
    return { content, attachments: [], quoted_text: draft.reply, inference_options: { tool_choice: choice, model } };
  }
  /** What could not be sent returns to the field, unless the thread keeps it as a failed message or the person went on writing. */
  giveBack(threadId, sent, error) {
    const isKept = this.host.view.items.at(-1)?.status === "failed" || this.host.view.error !== null;
    if ((this.drafts.get(threadId)?.text ?? "") === "" && !isKept) this.drafts.set(threadId, sent);
    if (!isKept && threadId === this.threadId) this.error = error instanceof Error ? error.message : this.host.strings.errorTitle;
    this.host.changed();
  }
};

// node_modules/lit-html/directives/repeat.js
var u4 = (e5, s6, t5) => {
  const r6 = /* @__PURE__ */ new Map();
  for (let l6 = s6; l6 <= t5; l6++) r6.set(e5[l6], l6);
  return r6;
};
var c4 = e4(class extends i5 {
  constructor(e5) {
    if (super(e5), e5.type !== t3.CHILD) throw Error("repeat() can only be used in text expressions");
  }
  dt(e5, s6, t5) {
    let r6;
    void 0 === t5 ? t5 = s6 : void 0 !== s6 && (r6 = s6);
    const l6 = [], o6 = [];
    let i7 = 0;
    for (const s7 of e5) l6[i7] = r6 ? r6(s7, i7) : i7, o6[i7] = t5(s7, i7), i7++;
    return { values: o6, keys: l6 };
  }
  render(e5, s6, t5) {
    return this.dt(e5, s6, t5).values;
  }
  update(s6, [t5, r6, c6]) {
    const d3 = M2(s6), { values: p4, keys: a3 } = this.dt(t5, r6, c6);
    if (!Array.isArray(d3)) return this.ut = a3, p4;
    const h5 = this.ut ??= [], v4 = [];
    let m3, y4, x3 = 0, j2 = d3.length - 1, k2 = 0, w3 = p4.length - 1;
    for (; x3 <= j2 && k2 <= w3; ) if (null === d3[x3]) x3++;
    else if (null === d3[j2]) j2--;
    else if (h5[x3] === a3[k2]) v4[k2] = u3(d3[x3], p4[k2]), x3++, k2++;
    else if (h5[j2] === a3[w3]) v4[w3] = u3(d3[j2], p4[w3]), j2--, w3--;
    else if (h5[x3] === a3[w3]) v4[w3] = u3(d3[x3], p4[w3]), v2(s6, v4[w3 + 1], d3[x3]), x3++, w3--;
    else if (h5[j2] === a3[k2]) v4[k2] = u3(d3[j2], p4[k2]), v2(s6, d3[x3], d3[j2]), j2--, k2++;
    else if (void 0 === m3 && (m3 = u4(a3, k2, w3), y4 = u4(h5, x3, j2)), m3.has(h5[x3])) if (m3.has(h5[j2])) {
      const e5 = y4.get(a3[k2]), t6 = void 0 !== e5 ? d3[e5] : null;
      if (null === t6) {
        const e6 = v2(s6, d3[x3]);
        u3(e6, p4[k2]), v4[k2] = e6;
      } else v4[k2] = u3(t6, p4[k2]), v2(s6, d3[x3], t6), d3[e5] = null;
      k2++;
    } else h3(d3[j2]), j2--;
    else h3(d3[x3]), x3++;
    for (; k2 <= w3; ) {
      const e5 = v2(s6, v4[w3 + 1]);
      u3(e5, p4[k2]), v4[k2++] = e5;
    }
    for (; x3 <= j2; ) {
      const e5 = d3[x3++];
      null !== e5 && h3(e5);
    }
    return this.ut = a3, p3(s6, v4), E;
  }
});

// src/ui/days.ts
var DAY_MS = 864e5;
function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
function capitalised(text, locale) {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
function labelOf(created, now, locale, strings) {
  const days = Math.round((startOfDay(now) - startOfDay(created)) / DAY_MS);
  if (days <= 1) {
    const words2 = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    return capitalised(words2.format(days <= 0 ? 0 : -1, "day"), locale);
  }
  if (days < 7) return strings.lastSevenDays;
  const sameYear = created.getFullYear() === now.getFullYear();
  const format = new Intl.DateTimeFormat(locale, sameYear ? { month: "long" } : { month: "long", year: "numeric" });
  return capitalised(format.format(created), locale);
}
function groupByDay(threads2, now, locale, strings) {
  const groups = [];
  for (const thread3 of threads2) {
    const created = new Date(thread3.created_at);
    const label = Number.isNaN(created.getTime()) ? strings.lastSevenDays : labelOf(created, now, locale, strings);
    const last = groups.at(-1);
    if (last?.label === label) last.threads.push(thread3);
    else groups.push({ label, threads: [thread3] });
  }
  return groups;
}

// src/ui/history.ts
var UNDO_MS = 5e3;
var History = class {
  constructor(host2) {
    this.threads = null;
    this.after = null;
    this.isLoading = false;
    this.error = null;
    this.renaming = null;
    this.removals = /* @__PURE__ */ new Map();
    this.onArrow = (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const rows = [...this.host.root().querySelectorAll(".thread-open")];
      const at2 = rows.findIndex((row) => row.parentElement?.contains(this.host.root().activeElement));
      if (at2 === -1) return;
      event.preventDefault();
      rows[at2 + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    };
    this.host = host2;
    this.menus = new MenuController(host2.root, host2.changed);
  }
  /** Loads the first page again; what is shown stays until it is there. */
  async refresh() {
    await this.load(null);
  }
  /** Carries out what waits for its undo; called when the panel closes. */
  flush() {
    for (const { thread: thread3 } of this.removals.values()) void this.remove(thread3);
  }
  /** Titles change while the panel is open. */
  noteThread(thread3) {
    if (thread3 === null || this.threads === null) return;
    const known = this.threads.find(({ id }) => id === thread3.id);
    if (known?.title === thread3.title && known !== void 0) return;
    this.threads = known === void 0 ? [thread3, ...this.threads] : this.threads.map((one) => one.id === thread3.id ? thread3 : one);
  }
  template() {
    const { strings, host: host2 } = { strings: this.host.strings, host: this.host };
    return b2`<div class="history-head">
        <h2>${strings.history}</h2>
        <button type="button" class="icon-button" aria-label=${strings.newChat} title=${strings.newChat} @click=${() => host2.open(null)}>${icon("compose")}</button>
        <button type="button" class="icon-button" data-close-history aria-label=${strings.closeHistory} title=${strings.closeHistory} @click=${host2.close}>${icon("close")}</button>
      </div>
      <div class="history-list" @keydown=${this.onArrow}>
        ${this.error === null ? A : this.errorRow(this.error)}${this.listTemplate()}
      </div>
      ${[...this.removals.values()].map((removal) => this.undoRow(removal))}`;
  }
  listTemplate() {
    if (this.threads === null) return this.isLoading ? skeleton(this.host.strings) : A;
    const shown = this.threads.filter(({ id }) => !this.removals.has(id));
    if (shown.length === 0) return this.emptyTemplate();
    const groups = groupByDay(shown, /* @__PURE__ */ new Date(), this.host.locale, this.host.strings);
    return b2`${groups.map(({ label, threads: threads2 }) => b2`<h3>${label}</h3><ul>${c4(threads2, ({ id }) => id, (thread3) => this.row(thread3))}</ul>`)}
      ${this.after === null ? A : b2`<button type="button" class="text-button more" ?disabled=${this.isLoading} @click=${() => this.load(this.after)}>${this.host.strings.more}</button>`}`;
  }
  emptyTemplate() {
    const { strings } = this.host;
    return b2`<div class="history-empty">${icon("chat")}<strong>${strings.noThreads}</strong><p>${strings.noThreadsHint}</p></div>`;
  }
  errorRow(message) {
    return b2`<p class="inline-error" role="alert">${icon("danger")}<span>${message}</span>
      <button type="button" class="text-button" @click=${() => this.refresh()}>${this.host.strings.tryAgain}</button></p>`;
  }
  row(thread3) {
    const { strings, session, open } = this.host;
    if (this.renaming === thread3.id) return this.renameRow(thread3);
    const title = thread3.title ?? strings.untitled;
    const isCurrent = session?.view.thread?.id === thread3.id;
    return b2`<li class="thread-row ${isCurrent ? "current" : ""}">
      <button type="button" class="thread-open" aria-current=${isCurrent ? "true" : A} @click=${() => open(thread3.id)}><bdi class="line">${title}</bdi></button>
      ${this.rowMenu(thread3, title)}
    </li>`;
  }
  rowMenu(thread3, title) {
    const { strings, offersRename, offersDelete } = this.host;
    const entries = [];
    if (offersRename) entries.push({ id: "rename", label: strings.rename, icon: "pencil" });
    if (offersDelete) entries.push({ id: "delete", label: strings.delete, icon: "trash", isDangerous: true });
    if (entries.length === 0) return A;
    return this.menus.template({
      name: thread3.id,
      label: `${strings.threadActions}: ${title}`,
      button: b2`${icon("dots-horizontal")}`,
      buttonClass: "icon-button small",
      entries,
      disabled: false,
      onPick: (id) => id === "rename" ? this.startRename(thread3) : this.startRemoval(thread3)
    });
  }
  renameRow(thread3) {
    return b2`<li class="thread-row renaming"><input type="text" dir="auto" aria-label=${this.host.strings.renameTo} .value=${thread3.title ?? ""} maxlength="200"
      @keydown=${(event) => this.onRenameKey(event, thread3)} @blur=${(event) => this.finishRename(event, thread3)} /></li>`;
  }
  undoRow({ thread: thread3 }) {
    const { strings } = this.host;
    return b2`<div class="undo" role="status"><span>${strings.deleted}</span>
      <button type="button" class="text-button" aria-label="${strings.undo}: ${thread3.title ?? strings.untitled}" @click=${() => this.undo(thread3.id)}>${strings.undo}</button></div>`;
  }
  async load(after) {
    const { session, strings, changed } = this.host;
    if (session === null || this.isLoading) return;
    this.isLoading = true;
    this.error = null;
    changed();
    try {
      const page = await session.listThreads(after);
      this.threads = after === null ? page.threads : merged(this.threads ?? [], page.threads);
      this.after = page.after;
    } catch (error) {
      this.error = spoken(error, strings.threadsFailed);
    }
    this.isLoading = false;
    changed();
  }
  startRename(thread3) {
    this.renaming = thread3.id;
    this.host.changed();
    requestAnimationFrame(() => this.host.root().querySelector(".renaming input")?.select());
  }
  onRenameKey(event, thread3) {
    if (event.isComposing || event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") void this.finishRename(event, thread3);
    else this.endRename();
    requestAnimationFrame(() => this.host.root().querySelector(`[data-menu="${CSS.escape(thread3.id)}"]`)?.focus());
  }
  endRename() {
    this.renaming = null;
    this.host.changed();
  }
  async finishRename(event, thread3) {
    if (this.renaming !== thread3.id) return;
    const title = event.target.value.trim();
    this.endRename();
    if (title === "" || title === thread3.title) return;
    this.replace({ ...thread3, title });
    await this.attempt(() => this.host.session?.renameThread(thread3.id, title), this.host.strings.renameFailed, () => this.replace(thread3));
  }
  replace(thread3) {
    this.threads = (this.threads ?? []).map((one) => one.id === thread3.id ? thread3 : one);
    this.host.changed();
  }
  startRemoval(thread3) {
    const timer = setTimeout(() => void this.remove(thread3), UNDO_MS);
    this.removals.set(thread3.id, { thread: thread3, timer });
    this.host.changed();
    this.host.root().querySelector("[data-close-history]")?.focus();
  }
  undo(threadId) {
    clearTimeout(this.removals.get(threadId)?.timer);
    this.removals.delete(threadId);
    this.host.changed();
  }
  async remove(thread3) {
    const isCurrent = this.host.session?.view.thread?.id === thread3.id;
    const before = this.threads;
    this.undo(thread3.id);
    this.threads = (before ?? []).filter(({ id }) => id !== thread3.id);
    await this.attempt(() => this.host.session?.deleteThread(thread3.id), this.host.strings.deleteFailed, () => this.threads = before);
    if (isCurrent && this.error === null && this.host.session?.view.thread?.id === thread3.id) this.host.open(null);
  }
  async attempt(act, failure, undo) {
    this.error = null;
    try {
      await act();
    } catch (error) {
      undo();
      this.error = spoken(error, failure);
    }
    this.host.changed();
  }
};
function merged(known, more) {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...more.filter(({ id }) => !ids.has(id))];
}
function spoken(error, otherwise) {
  return error instanceof Error && error.message !== "" ? `${otherwise} ${error.message}` : otherwise;
}
function skeleton(strings) {
  return b2`<div class="skeleton" role="status" aria-label=${strings.loading}>${[70, 90, 55, 80, 65].map((width) => b2`<span class="bone w${width}"></span>`)}</div>`;
}

// node_modules/lit-html/async-directive.js
var s5 = (i7, t5) => {
  const e5 = i7._$AN;
  if (void 0 === e5) return false;
  for (const i8 of e5) i8._$AO?.(t5, false), s5(i8, t5);
  return true;
};
var o5 = (i7) => {
  let t5, e5;
  do {
    if (void 0 === (t5 = i7._$AM)) break;
    e5 = t5._$AN, e5.delete(i7), i7 = t5;
  } while (0 === e5?.size);
};
var r5 = (i7) => {
  for (let t5; t5 = i7._$AM; i7 = t5) {
    let e5 = t5._$AN;
    if (void 0 === e5) t5._$AN = e5 = /* @__PURE__ */ new Set();
    else if (e5.has(i7)) break;
    e5.add(i7), c5(t5);
  }
};
function h4(i7) {
  void 0 !== this._$AN ? (o5(this), this._$AM = i7, r5(this)) : this._$AM = i7;
}
function n4(i7, t5 = false, e5 = 0) {
  const r6 = this._$AH, h5 = this._$AN;
  if (void 0 !== h5 && 0 !== h5.size) if (t5) if (Array.isArray(r6)) for (let i8 = e5; i8 < r6.length; i8++) s5(r6[i8], false), o5(r6[i8]);
  else null != r6 && (s5(r6, false), o5(r6));
  else s5(this, i7);
}
var c5 = (i7) => {
  i7.type == t3.CHILD && (i7._$AP ??= n4, i7._$AQ ??= h4);
};
var f3 = class extends i5 {
  constructor() {
    super(...arguments), this._$AN = void 0;
  }
  _$AT(i7, t5, e5) {
    super._$AT(i7, t5, e5), r5(this), this.isConnected = i7._$AU;
  }
  _$AO(i7, t5 = true) {
    i7 !== this.isConnected && (this.isConnected = i7, i7 ? this.reconnected?.() : this.disconnected?.()), t5 && (s5(this, i7), o5(this));
  }
  setValue(t5) {
    if (r4(this._$Ct)) this._$Ct._$AI(t5, this);
    else {
      const i7 = [...this._$Ct._$AH];
      i7[this._$Ci] = t5, this._$Ct._$AI(i7, this, 0);
    }
  }
  disconnected() {
  }
  reconnected() {
  }
};

// src/markdown/paced.ts
var FRAME_MS = 14;
var REST = 4;
var Paced = class {
  constructor() {
    this.frame = 0;
    this.task = null;
    this.endedAt = -Infinity;
    this.tookMs = 0;
  }
  /** Runs `task` now when a frame has passed since the last run, otherwise in a later frame unless a newer one comes. */
  run(task) {
    this.task = task;
    if (this.frame !== 0) return;
    if (this.isRested()) this.flush();
    else this.schedule();
  }
  /** Runs the waiting task now. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const task = this.task;
    this.task = null;
    if (task === null) return;
    const startedAt = performance.now();
    task();
    this.endedAt = performance.now();
    this.tookMs = this.endedAt - startedAt;
  }
  cancel() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.task = null;
  }
  isRested() {
    return performance.now() - this.endedAt >= Math.max(FRAME_MS, REST * this.tookMs);
  }
  schedule() {
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.isRested()) this.flush();
      else this.schedule();
    });
  }
};

// node_modules/marked/lib/marked.esm.js
function G() {
  return { async: false, breaks: false, extensions: null, gfm: true, hooks: null, pedantic: false, renderer: null, silent: false, tokenizer: null, walkTokens: null };
}
var S3 = G();
function ue(l6) {
  S3 = l6;
}
var q = { exec: () => null };
function D2(l6) {
  let e5 = [];
  return (t5) => {
    let n5 = Math.max(0, Math.min(3, t5 - 1)), r6 = e5[n5];
    return r6 || (r6 = l6(n5), e5[n5] = r6), r6;
  };
}
function g2(l6, e5 = "") {
  let t5 = typeof l6 == "string" ? l6 : l6.source, n5 = { replace: (r6, s6) => {
    let o6 = typeof s6 == "string" ? s6 : s6.source;
    return o6 = o6.replace(O.caret, "$1"), t5 = t5.replace(r6, o6), n5;
  }, getRegex: () => new RegExp(t5, e5) };
  return n5;
}
var _e = ((l6 = "") => {
  try {
    return !!new RegExp("(?<=1)(?<!1)" + l6);
  } catch {
    return false;
  }
})();
var O = { codeRemoveIndent: /^(?: {0,3}\t| {1,4})/gm, listInterruptsParagraph: /^ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t\n]/, outputLinkReplace: /\\([\[\]])/g, indentCodeCompensation: /^(\s+)(?:```)/, beginningSpace: /^\s+/, endingHash: /#$/, startingSpaceChar: /^ /, endingSpaceChar: / $/, endingSpaceTabChar: /[ \t]$/, nonSpaceChar: /[^ ]/, newLineCharGlobal: /\n/g, tabCharGlobal: /\t/g, leadingSpaceTab: /^[ \t]+/, multipleSpaceGlobal: /\s+/g, blankLine: /^[ \t]*$/, doubleBlankLine: /\n[ \t]*\n[ \t]*$/, blockquoteStart: /^ {0,3}>/, blockquoteSetextReplace: /\n {0,3}((?:=+|-+)[ \t]*)(?=\n|$)/g, blockquoteSetextReplace2: /^ {0,3}>[ \t]?/gm, blockquoteMarkerWhitespace: /^( {0,3}>)(\t[ \t]*)/gm, nestedBlockMarker: /^ {0,3}(?:(?:[*+-]|\d{1,9}[.)])(?: |$)|> ?)/, listReplaceNesting: /^ {1,4}(?=( {4})*[^ ])/g, listIsTask: /^\[[ xX]\][ \t]+\S/, listReplaceTask: /^\[[ xX]\][ \t]+/, listTaskCheckbox: /\[[ xX]\]/, anyLine: /\n.*\n/, hrefBrackets: /^<(.*)>$/, tableDelimiter: /[:|]/, tableAlignChars: /^\||\| *$/g, tableRowBlankLine: /\n[ \t]*$/, tableAlignRight: /^ *-+: *$/, tableAlignCenter: /^ *:-+: *$/, tableAlignLeft: /^ *:-+ *$/, startATag: /^<a /i, endATag: /^<\/a>/i, startPreScriptTag: /^<(pre|code|kbd|script)(\s|>)/i, endPreScriptTag: /^<\/(pre|code|kbd|script)(\s|>)/i, startAngleBracket: /^</, endAngleBracket: />$/, pedanticHrefTitle: /^([^'"]*[^\s])\s+(['"])(.*)\2/, unicodeAlphaNumeric: /[\p{L}\p{N}]/u, numericCharacterReference: /&#(?:(\d{1,7})|[Xx]([A-Fa-f0-9]{1,6}));/, numericCharacterReferenceOrAmpersand: /&#(?:(\d{1,7})|[Xx]([A-Fa-f0-9]{1,6}));|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, escapeTest: /[&<>"']/, escapeReplace: /[&<>"']/g, escapeTestNoEncode: /[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/, escapeReplaceNoEncode: /[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g, caret: /(^|[^\[])\^/g, percentDecode: /%25/g, findPipe: /\|/g, splitPipe: / \|/, slashPipe: /\\\|/g, carriageReturn: /\r\n|\r/g, spaceLine: /^ +$/gm, notSpaceStart: /^\S*/, endingNewline: /\n$/, listItemRegex: (l6) => new RegExp(`^( {0,3}${l6})((?:[	 ][^\\n]*)?(?:\\n|$))`), nextBulletRegex: D2((l6) => new RegExp(`^ {0,${l6}}(?:[*+-]|\\d{1,9}[.)])((?:[ 	][^\\n]*)?(?:\\n|$))`)), hrRegex: D2((l6) => new RegExp(`^ {0,${l6}}((?:-[ 	]*){3,}|(?:_[ 	]*){3,}|(?:\\*[ 	]*){3,})(?:\\n+|$)`)), fencesBeginRegex: D2((l6) => new RegExp(`^ {0,${l6}}(?:\`\`\`|~~~)`)), headingBeginRegex: D2((l6) => new RegExp(`^ {0,${l6}}#{1,6}(?:\\s|$)`)), pedanticHeadingBeginRegex: D2((l6) => new RegExp(`^ {0,${l6}}#`)), htmlBeginRegex: D2((l6) => new RegExp(`^ {0,${l6}}(?:</?(?:${he})(?:[ \\t]+|$|/?>)|<(?:(?:script|pre|style|textarea)(?:[\\s>]|$)|!--)|<\\?|<![A-Za-z]|<!\\[CDATA\\[)`, "i")), blockquoteBeginRegex: D2((l6) => new RegExp(`^ {0,${l6}}>`)), nestedContainerMarkers: /^(?: {0,3}(?:(?:[*+-]|\d{1,9}[.)])[ \t]+|>[ \t]?))+/ };
var Ge = /^(?:[ \t]*(?:\n|$))+/;
var Ne = /^((?: {4}| {0,3}\t)[^\n]+(?:\n(?:[ \t]*(?:\n|$))*)?)+/;
var Fe = /^ {0,3}(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})([^\n]*)(?:\n|$)(?:|([\s\S]*?)(?:\n|$))(?: {0,3}(?:(?=`)\1`*|(?=~)\1~*) *(?=\n|$)|$)/;
var V2 = /^ {0,3}((?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/;
var Qe = /^ {0,3}(#{1,6})(?=\s|$)(.*)(?:\n+|$)/;
var ce = / {0,3}(?:[*+-]|\d{1,9}[.)])/;
var he = "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul";
var J = g2(" {0,3}(?:</?(?:tag)(?:[ \\t]+|\\n|/?>)|<(?:(?:script|pre|style|textarea)(?:[\\s>]|$)|!--)|<\\?|<![A-Za-z]|<!\\[CDATA\\[)").replace("tag", he).getRegex();
var $e = /^(?!bull |blockCode|fences|blockquote|heading|html|table)((?:.|\n(?!\s*?\n|bull |fences|blockquote|heading|hr|html|table))+?)\n {0,3}(=+|-+)[ \t]*(?:\n+|$)/;
var Le = g2($e).replace(/bull/g, ce).replace(/blockCode/g, /(?: {4}| {0,3}\t)/).replace(/fences/g, / {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g, / {0,3}>/).replace(/heading/g, / {0,3}#{1,6}(?:\s|$)/).replace(/hr/g, / {0,3}(?:(?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/).replace(/\|table/g, "").replace(/html/g, J).getRegex();
var We = g2($e).replace(/bull/g, ce).replace(/blockCode/g, /(?: {4}| {0,3}\t)/).replace(/fences/g, / {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g, / {0,3}>/).replace(/heading/g, / {0,3}#{1,6}(?:\s|$)/).replace(/hr/g, / {0,3}(?:(?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/).replace(/table/g, / {0,3}\|?(?:[:\- ]*\|)+[\:\- ]*\n/).replace(/html/g, J).getRegex();
var de = /^([^\n]+(?:\n(?!hr|heading|lheading|blockquote|fences|list|html|table|[ \t]+\n)[^\n]+)*)/;
var Ue = /^[^\n]+/;
var ge = /(?!\s*\])(?:\\[\s\S]|[^\[\]\\\n]|\n(?![ \t]*\n))+/;
var Ke = g2(/^ {0,3}\[(label)\]: *(?:\n[ \t]*)?([^<\s][^\s]*|<(?:\\.|[^\n<>\\])*>)(?:(?: +(?:\n[ \t]*)?| *\n[ \t]*)(title))? *(?:\n+|$)/).replace("label", ge).replace("title", /(?:"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\\n]|\n(?!\n))*'|\((?:\\[\s\S]|[^()\\])*\))/).getRegex();
var Xe = g2(/^(bull)([ \t][^\n]*?)?(?:\n|$)/).replace(/bull/g, ce).getRegex();
var ke = /<!--(?:-?>|[\s\S]*?(?:-->|$))/;
var Ve = g2("^ {0,3}(?:<(script|pre|style|textarea)[\\s>][\\s\\S]*?(?:</\\1>[^\\n]*\\n*|$)|comment[^\\n]*(\\n+|$)|<\\?[\\s\\S]*?(?:\\?>[^\\n]*\\n*|$)|<![A-Z][\\s\\S]*?(?:>[^\\n]*\\n*|$)|<!\\[CDATA\\[[\\s\\S]*?(?:\\]\\]>[^\\n]*\\n*|$)|</?(tag)(?:[ \\t]+|\\n|/?>|$)[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|<(?!(?:script|pre|style|textarea)(?![a-z0-9-]))([a-z][a-z0-9-]*)(?:attribute)*?[ \\t]*/?>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|</[a-z][a-z0-9-]*\\s*>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$))", "i").replace("comment", ke).replace("tag", he).replace("attribute", /[ \t]+[a-zA-Z:_][\w.:-]*(?:[ \t]*=[ \t]*"[^"\n]*"|[ \t]*=[ \t]*'[^'\n]*'|[ \t]*=[ \t]*[^\s"'=<>`]+)?/).getRegex();
var Ce = (l6) => g2(de).replace("hr", V2).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("|lheading", "").replace("|table", "").replace("blockquote", " {0,3}>").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", l6).replace("html", J).getRegex();
var Je = Ce(/ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t\n]/);
var Ye = Ce(/ {0,3}(?:[*+-]|\d{1,9}[.)])(?:[ \t]|\n|$)/);
var et = g2(/^( {0,3}> ?(?:(?![ \t]*(?:\n|$))(paragraph)|[^\n]*)(?:\n|$))+/).replace("paragraph", Ye).getRegex();
var fe = { blockquote: et, code: Ne, def: Ke, fences: Fe, heading: Qe, hr: V2, html: Ve, lheading: Le, list: Xe, newline: Ge, paragraph: Je, table: q, text: Ue };
var Pe = g2("^ *([^\\n ].*)\\n {0,3}((?:\\| *)?:?-+:? *(?:\\| *:?-+:? *)*(?:\\| *)?)(?:\\n((?:(?! *\\n|hr|heading|blockquote|code|fences|list|html).*(?:\\n|$))*)\\n*|$)").replace("hr", V2).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("blockquote", " {0,3}>").replace("code", "(?: {4}| {0,3}	)[^\\n]").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", " {0,3}(?:[*+-]|1[.)])[ \\t]").replace("html", J).getRegex();
var tt = { ...fe, lheading: We, table: Pe, paragraph: g2(de).replace("hr", V2).replace("heading", " {0,3}#{1,6}(?:\\s|$)").replace("|lheading", "").replace("table", Pe).replace("blockquote", " {0,3}>").replace("fences", " {0,3}(?:`{3,}(?=[^`\\n]*(?:\\n|$))|~~~)[^\\n]*(?:\\n|$)").replace("list", " {0,3}(?:[*+-]|1[.)])[ \\t]+[^ \\t\\n]").replace("html", J).getRegex() };
var nt = { ...fe, html: g2(`^ *(?:comment(?: *\\n|\\s*$)|<(tag)[\\s\\S]+?</\\1>(?: *\\n{2,}|\\s*$)|<tag(?:"[^"]*"|'[^']*'|\\s[^'"/>\\s]*)*?/?>(?: *\\n{2,}|\\s*$))`).replace("comment", ke).replace(/tag/g, "(?!(?:a|em|strong|small|s|cite|q|dfn|abbr|data|time|code|var|samp|kbd|sub|sup|i|b|u|mark|ruby|rt|rp|bdi|bdo|span|br|wbr|ins|del|img)\\b)\\w+(?!:|[^\\w\\s@]*@)\\b").getRegex(), def: /^ *\[([^\]]+)\]: *<?([^\s>]+)>?(?: +(["(][^\n]+[")]))? *(?:\n+|$)/, heading: /^(#{1,6})(.*)(?:\n+|$)/, fences: q, lheading: /^(.+?)\n {0,3}(=+|-+) *(?:\n+|$)/, paragraph: g2(de).replace("hr", V2).replace("heading", ` *#{1,6} *[^
]`).replace("|table", "").replace("blockquote", " {0,3}>").replace("|fences", "").replace("|list", "").replace("|html", "").replace("|tag", "").replace("lheading", Le).getRegex() };
var rt = /^\\([!"#$%&'()*+,\-./:;<=>?@\[\]\\^_`{|}~])/;
var st = /^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/;
var Ie = /^( {2,}|\\)\n(?!\s*$)[ \t]*/;
var it = /^(`+|[^`])(?:(?= {2,}\n)|[\s\S]*?(?:(?=[\\<!\[`*_]|\b_|$)|[^ ](?= {2,}\n)))/;
var L2 = /[\p{P}\p{S}]/u;
var N2 = /[\s\p{P}\p{S}]/u;
var Y = /[^\s\p{P}\p{S}]/u;
var ot = g2(/^((?![*_])punctSpace)/, "u").replace(/punctSpace/g, N2).getRegex();
var at = /[\p{Pi}\p{Ps}"']/u;
var Ae = /(?!~)[\p{P}\p{S}]/u;
var lt = /(?!~)[\s\p{P}\p{S}]/u;
var ut = /(?:[^\s\p{P}\p{S}]|~)/u;
var pt = g2(/link|precode-code|html/, "g").replace("link", /\[(?:[^\[\]`]|(?<a>`+)[^`]+\k<a>(?!`))*?\]\((?:\\[\s\S]|[^\\\(\)]|\((?:\\[\s\S]|[^\\\(\)])*\))*\)/).replace("precode-", _e ? "(?<!`)()" : "(^^|[^`])").replace("code", /(?<b>`+)[^`]+\k<b>(?!`)/).replace("html", /<(?! )[^<>]*?>/).getRegex();
var Ee = /^(?:\*+(?:((?!\*)punct)|([^\s*]))?)|^_+(?:((?!_)punct)|([^\s_]))?/;
var ct = g2(Ee, "u").replace(/punct/g, L2).getRegex();
var ht = g2(Ee, "u").replace(/punct/g, Ae).getRegex();
var dt = /^(?:\*+(?:((?!\*)(?!openQuote)punct)|([^\s*]))?)|^_+(?:((?!_)(?!openQuote)punct)|([^\s_]))?/;
var gt = g2(dt, "u").replace(/openQuote/g, at).replace(/punct/g, L2).getRegex();
var ze = "^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])|(?!\\*)punct(\\*+)(?=[\\s]|$)|notPunctSpace(\\*+)(?!\\*)(?=punctSpace|$)|(?!\\*)punctSpace(\\*+)(?=notPunctSpace)|[\\s](\\*+)(?!\\*)(?=punct)|(?!\\*)punct(\\*+)(?!\\*)(?=punct)|notPunctSpace(\\*+)(?=notPunctSpace)";
var kt = g2(ze, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N2).replace(/punct/g, L2).getRegex();
var ft = g2(ze, "gu").replace(/notPunctSpace/g, ut).replace(/punctSpace/g, lt).replace(/punct/g, Ae).getRegex();
var mt = "^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])|(?!\\*)punct(\\*+)(?=[\\s]|$)|notPunctSpace(\\*+)(?!\\*)(?=punctSpace|$)|(?!\\*)[\\s](\\*+)(?=notPunctSpace)|[\\s](\\*+)(?!\\*)(?=punct)|(?!\\*)punct(\\*+)(?!\\*)(?=punct)|(?:(?!\\*)punct|notPunctSpace)(\\*+)(?!\\*)(?=notPunctSpace)";
var xt = g2(mt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N2).replace(/punct/g, L2).getRegex();
var bt = g2("^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])|(?!_)punct(_+)(?=[\\s]|$)|notPunctSpace(_+)(?!_)(?=punctSpace|$)|(?!_)punctSpace(_+)(?=notPunctSpace)|[\\s](_+)(?!_)(?=punct)|(?!_)punct(_+)(?!_)(?=punct)", "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N2).replace(/punct/g, L2).getRegex();
var Rt = "^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])|(?!_)punct(_+)(?=[\\s]|$)|notPunctSpace(_+)(?!_)(?=punctSpace|$)|(?!_)[\\s](_+)(?=notPunctSpace)|[\\s](_+)(?!_)(?=punct)|(?!_)punct(_+)(?!_)(?=punct)|(?:(?!_)punct|notPunctSpace)(_+)(?!_)(?=notPunctSpace)";
var Tt = g2(Rt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N2).replace(/punct/g, L2).getRegex();
var Ot = g2(/^~~?(?:((?!~)punct)|[^\s~])/, "u").replace(/punct/g, L2).getRegex();
var wt = "^[^~]+(?=[^~])|(?!~)punct(~~?)(?=[\\s]|$)|notPunctSpace(~~?)(?!~)(?=punctSpace|$)|(?!~)punctSpace(~~?)(?=notPunctSpace)|[\\s](~~?)(?!~)(?=punct)|(?!~)punct(~~?)(?!~)(?=punct)|notPunctSpace(~~?)(?=notPunctSpace)";
var Pt = g2(wt, "gu").replace(/notPunctSpace/g, Y).replace(/punctSpace/g, N2).replace(/punct/g, L2).getRegex();
var yt = g2(/\\(punct)/, "gu").replace(/punct/g, L2).getRegex();
var St = g2(/(`+)(?:[^`]|[^`][\s\S]*?[^`])\1(?!`)|`+|\\(punct)/, "gu").replace(/punct/g, L2).getRegex();
var _t = g2(/^<(scheme:[^\s\x00-\x1f<>]*|email)>/).replace("scheme", /[a-zA-Z][a-zA-Z0-9+.-]{1,31}/).replace("email", /[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+(@)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+(?![-_])/).getRegex();
var $t = g2(ke).replace("(?:-->|$)", "-->").getRegex();
var Lt = g2("^comment|^</[a-zA-Z][a-zA-Z0-9-]*\\s*>|^<[a-zA-Z][a-zA-Z0-9-]*(?:attribute)*?\\s*/?>|^<\\?[\\s\\S]*?\\?>|^<![a-zA-Z]+\\s[\\s\\S]*?>|^<!\\[CDATA\\[[\\s\\S]*?\\]\\]>").replace("comment", $t).replace("attribute", /\s+[a-zA-Z:_][\w.:-]*(?:\s*=\s*"[^"]*"|\s*=\s*'[^']*'|\s*=\s*[^\s"'=<>`]+)?/).getRegex();
var Me = /\[(?:\\[\s\S]|[^\[\]\\])*\]/;
var ie = g2(/(?:\[(?:brackets|\\[\s\S]|[^\[\]\\])*\]|\\[\s\S]|`+(?!`)[^`]*?`+(?!`)|``+(?=\])|[^\[\]\\`])*?/).replace("brackets", Me).getRegex();
var Ct = g2(/^!?\[(label)\]\([ \t\n]*(href)(?:(?:[ \t]+(?:\n[ \t]*)?|\n[ \t]*)(title))?[ \t\n]*\)/).replace("label", ie).replace("href", /<(?:\\.|[^\n<>\\])*>|(?!<)[^ \t\n\x00-\x1f]+|(?=\))/).replace("title", /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\((?:\\[\s\S]|[^)\\])*\)/).getRegex();
var It = g2(/^!?\[(label)\]\[(ref)\]/).replace("label", ie).replace("ref", ge).getRegex();
var At = g2(/^!?\[(ref)\](?:\[\])?/).replace("ref", ge).getRegex();
var ye = /(?!\s*\])(?:\\[\s\S]|[^\[\]\\]){1,999}/;
var Et = g2(/(?:[^\[\]\\`]*(?:\[(?:brackets|\\[\s\S]|[^\[\]\\])*\]|\\[\s\S]|`+(?!`)[^`]*?`+(?!`)|``+(?=\]))){0,999}?[^\[\]\\`]*?/).replace("brackets", Me).getRegex();
var zt = g2("reflink|nolink(?!\\()", "g").replace("reflink", g2(/^!?\[(label)\]\[(ref)\]/).replace("label", Et).replace("ref", ye).getRegex()).replace("nolink", g2(/^!?\[(ref)\](?:\[\])?/).replace("ref", ye).getRegex()).getRegex();
var Se = /[hH][tT][tT][pP][sS]?|[fF][tT][pP]/;
var Mt = /[A-Za-z0-9._+-]+@[a-zA-Z0-9-_]+(?:\.[a-zA-Z0-9-_]*[a-zA-Z0-9])+(?![\w-])/;
var Bt = g2(/(?:mailto:email|xmpp:email(?:\/[A-Za-z0-9@.]+)?)/).replace(/email/g, Mt).getRegex();
var me = { _backpedal: q, anyPunctuation: yt, anyPunctuationOutsideCode: St, autolink: _t, blockSkip: pt, br: Ie, code: st, del: q, delLDelim: q, delRDelim: q, emStrongLDelim: ct, emStrongRDelimAst: kt, emStrongRDelimUnd: bt, escape: rt, link: Ct, nolink: At, punctuation: ot, reflink: It, reflinkSearch: zt, tag: Lt, text: it, url: q };
var Dt = { ...me, emStrongLDelim: gt, emStrongRDelimAst: xt, emStrongRDelimUnd: Tt, link: g2(/^!?\[(label)\]\((.*?)\)/).replace("label", ie).getRegex(), reflink: g2(/^!?\[(label)\]\s*\[([^\]]*)\]/).replace("label", ie).getRegex() };
var pe = { ...me, emStrongRDelimAst: ft, emStrongLDelim: ht, delLDelim: Ot, delRDelim: Pt, url: g2(/^emailProtocol|^((?:protocol):\/\/|www\.)(?:[a-zA-Z0-9\-]+\.?)+[^\s<]*|^email/).replace("emailProtocol", Bt).replace("protocol", Se).replace("email", /[A-Za-z0-9._+-]+(@)[a-zA-Z0-9-_]+(?:\.[a-zA-Z0-9-_]*[a-zA-Z0-9])+(?![\w-])/).getRegex(), _backpedal: /(?:[^?!.,:;*_'"~()&]+|\([^)]*\)|&(?![a-zA-Z0-9]+;$)|[?!.,:;*_'"~)]+(?!$))+/, del: /^(~~?)(?=[^\s~])((?:\\[\s\S]|[^\\])*?(?:\\[\s\S]|[^\s~\\]))\1(?=[^~]|$)/, text: g2(/^(?:[^a-zA-Z0-9](?=emailProtocol)|(`+|~+|[^`~])(?:(?=[`~])|(?= {2,}\n)|(?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@)|[\s\S]*?(?:(?=[\\<!\[`*~_]|\b_|protocol:\/\/|wwwStart|$)|[^ ](?= {2,}\n)|[^a-zA-Z0-9](?=emailProtocol)|[^a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-](?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@))))/).replace("protocol", Se).replace(/emailProtocol/g, /(?:mailto|xmpp):/).replace("wwwStart", _e ? "(?<![^\\s*_~(])www\\." : "www\\.").getRegex() };
var qt = { ...pe, br: g2(Ie).replace("{2,}", "*").getRegex(), text: g2(pe.text).replace("\\b_", "\\b_| {2,}\\n").replace(/\{2,\}/g, "*").getRegex() };
var ee = { normal: fe, gfm: tt, pedantic: nt };
var F = { normal: me, gfm: pe, breaks: qt, pedantic: Dt };
var vt = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
var Be = (l6) => vt[l6];
function y3(l6, e5) {
  if (e5) {
    if (O.escapeTest.test(l6)) return l6.replace(O.escapeReplace, Be);
  } else if (O.escapeTestNoEncode.test(l6)) return l6.replace(O.escapeReplaceNoEncode, Be);
  return l6;
}
function De(l6) {
  return O.numericCharacterReference.test(l6) ? l6.replace(O.numericCharacterReferenceOrAmpersand, (e5, t5, n5) => {
    if (t5 === void 0 && n5 === void 0) return "&amp;";
    let r6 = t5 === void 0 ? Number.parseInt(n5, 16) : Number.parseInt(t5, 10);
    return r6 === 0 || r6 > 1114111 || r6 >= 55296 && r6 <= 57343 ? "\uFFFD" : r6 === 38 ? "&amp;" : String.fromCodePoint(r6);
  }) : l6;
}
function xe(l6) {
  try {
    l6 = encodeURI(l6).replace(O.percentDecode, "%");
  } catch {
    return null;
  }
  return l6;
}
function be(l6, e5) {
  let t5 = l6.replace(O.findPipe, (s6, o6, i7) => {
    let a3 = false, c6 = o6;
    for (; --c6 >= 0 && i7[c6] === "\\"; ) a3 = !a3;
    return a3 ? "|" : " |";
  }), n5 = t5.split(O.splitPipe), r6 = 0;
  if (n5[0].trim() || n5.shift(), n5.length > 0 && !n5.at(-1)?.trim() && n5.pop(), e5) if (n5.length > e5) n5.splice(e5);
  else for (; n5.length < e5; ) n5.push("");
  for (; r6 < n5.length; r6++) n5[r6] = n5[r6].trim().replace(O.slashPipe, "|");
  return n5;
}
function C2(l6, e5, t5) {
  let n5 = l6.length;
  if (n5 === 0) return "";
  let r6 = 0;
  for (; r6 < n5; ) {
    let s6 = l6.charAt(n5 - r6 - 1);
    if (s6 === e5 && !t5) r6++;
    else if (s6 !== e5 && t5) r6++;
    else break;
  }
  return l6.slice(0, n5 - r6);
}
function Re(l6) {
  let e5 = l6.split(`
`), t5 = e5.length - 1;
  for (; t5 >= 0 && O.blankLine.test(e5[t5]); ) t5--;
  return e5.length - t5 <= 2 ? l6 : e5.slice(0, t5 + 1).join(`
`);
}
function W(l6) {
  return l6.trim().replace(O.multipleSpaceGlobal, " ").toLowerCase().toUpperCase().toLowerCase();
}
function Te(l6, e5) {
  if (l6.indexOf(e5[0]) === -1 && l6.indexOf(e5[1]) === -1) return -1;
  let t5 = 0;
  for (let n5 = 0; n5 < l6.length; n5++) if (l6[n5] === "\\") n5++;
  else if (l6[n5] === e5[0]) t5++;
  else if (l6[n5] === e5[1] && (t5--, t5 < 0)) return n5;
  return t5 > 0 ? -2 : -1;
}
var Q = /* @__PURE__ */ new WeakMap();
function Oe(l6) {
  let e5 = { "*": -1, _: -1 }, t5 = -1, n5 = l6.length;
  for (let r6 = 0; r6 < n5; r6++) {
    let s6 = l6[r6];
    if (s6 !== "*" && s6 !== "_" && s6 !== "~") continue;
    let o6 = r6 === 0 ? `
` : l6[r6 - 1], i7 = r6 + 1;
    for (; i7 < n5 && l6[i7] === s6; ) i7++;
    o6 !== " " && o6 !== "	" && o6 !== `
` && o6 !== "\r" && o6 !== "\f" && (s6 === "~" ? t5 = r6 : e5[s6] = r6), r6 = i7 - 1;
  }
  return { maskedSrc: l6, lastPossibleEmStrongCloserIndex: e5, lastPossibleDelCloserIndex: t5 };
}
function qe(l6, e5) {
  let t5 = Oe(e5), n5 = Q.get(l6);
  n5 ? n5.push(t5) : Q.set(l6, [t5]);
}
function ve(l6) {
  let e5 = Q.get(l6);
  e5 && (e5.pop(), e5.length === 0 && Q.delete(l6));
}
function oe(l6, e5, t5) {
  let n5 = Q.get(l6)?.at(-1);
  return n5 && n5.maskedSrc === e5 ? n5.lastPossibleEmStrongCloserIndex[t5] : Oe(e5).lastPossibleEmStrongCloserIndex[t5];
}
function ae(l6, e5) {
  let t5 = Q.get(l6)?.at(-1);
  return t5 && t5.maskedSrc === e5 ? t5.lastPossibleDelCloserIndex : Oe(e5).lastPossibleDelCloserIndex;
}
function te(l6, e5 = 0) {
  let t5 = e5, n5 = "";
  for (let r6 of l6) if (r6 === "	") {
    let s6 = 4 - t5 % 4;
    n5 += " ".repeat(s6), t5 += s6;
  } else n5 += r6, t5++;
  return n5;
}
function Ht(l6, e5) {
  let t5 = "";
  for (let n5 = 0; n5 < l6.length; n5++) {
    if (l6[n5] === "`") {
      let r6 = e5.inline.code.exec(l6.slice(n5));
      if (r6) {
        t5 += r6[0], n5 += r6[0].length - 1;
        continue;
      }
    }
    if (l6[n5] === "\\" && (l6[n5 + 1] === "[" || l6[n5 + 1] === "]")) {
      t5 += l6[n5 + 1], n5++;
      continue;
    }
    t5 += l6[n5];
  }
  return t5;
}
function He(l6, e5, t5, n5, r6) {
  let s6 = e5.href, o6 = e5.title || null, i7 = Ht(l6[1], r6), a3 = l6[0].charAt(0) === "!", c6 = n5.state.inLink, u5 = n5.state.linkEmitted, d3 = n5.state.inRawBlock;
  n5.state.inLink = true, n5.state.linkEmitted = false;
  let h5 = n5.inlineTokens(i7), p4 = n5.state.linkEmitted;
  if (n5.state.linkEmitted = u5, n5.state.inLink = c6, !a3) {
    if (p4) {
      n5.state.inRawBlock = d3;
      return;
    }
    n5.state.linkEmitted = true;
  }
  return { type: a3 ? "image" : "link", raw: t5, href: s6, title: o6, text: i7, tokens: h5 };
}
function Zt(l6, e5, t5) {
  let n5 = l6.match(t5.other.indentCodeCompensation);
  if (n5 === null) return e5;
  let r6 = n5[1];
  return e5.split(`
`).map((s6) => {
    let o6 = s6.match(t5.other.beginningSpace);
    if (o6 === null) return s6;
    let [i7] = o6;
    return s6.slice(Math.min(i7.length, r6.length));
  }).join(`
`);
}
function Ze(l6, e5, t5, n5) {
  if (!e5.includes("<")) return false;
  for (let r6 = 0; r6 < e5.length; r6++) {
    if (e5[r6] === "\\") {
      r6++;
      continue;
    }
    if (e5[r6] === "`") {
      let i7 = n5.inline.code.exec(e5.slice(r6));
      if (i7) {
        r6 += i7[0].length - 1;
        continue;
      }
    }
    if (e5[r6] !== "<") continue;
    let s6 = l6.slice(t5 + r6), o6 = n5.inline.tag.exec(s6) || n5.inline.autolink.exec(s6);
    if (o6) {
      if (o6[0].length > e5.length - r6) return true;
      r6 += o6[0].length - 1;
    }
  }
  return false;
}
var _2 = class {
  options;
  rules;
  lexer;
  constructor(e5) {
    this.options = e5 || S3;
  }
  space(e5) {
    let t5 = this.rules.block.newline.exec(e5);
    if (t5 && t5[0].length > 0) return { type: "space", raw: t5[0] };
  }
  code(e5) {
    let t5 = this.rules.block.code.exec(e5);
    if (t5) {
      let n5 = this.options.pedantic ? t5[0] : Re(t5[0]), r6 = n5.replace(this.rules.other.codeRemoveIndent, "");
      return { type: "code", raw: n5, codeBlockStyle: "indented", text: r6 };
    }
  }
  fences(e5) {
    let t5 = this.rules.block.fences.exec(e5);
    if (t5) {
      let n5 = t5[0], r6 = Zt(n5, t5[3] || "", this.rules);
      return t5[3] !== void 0 && (r6 === "" || r6.endsWith(`
`)) && (r6 += `
`), { type: "code", raw: n5, lang: t5[2] ? t5[2].trim().replace(this.rules.inline.anyPunctuation, "$1") : t5[2], text: r6 };
    }
  }
  heading(e5) {
    let t5 = this.rules.block.heading.exec(e5);
    if (t5) {
      let n5 = t5[2].trim();
      if (this.rules.other.endingHash.test(n5)) {
        let r6 = C2(n5, "#");
        (this.options.pedantic || !r6 || this.rules.other.endingSpaceTabChar.test(r6)) && (n5 = r6.trim());
      }
      return { type: "heading", raw: C2(t5[0], `
`), depth: t5[1].length, text: n5, tokens: this.lexer.inline(n5) };
    }
  }
  hr(e5) {
    let t5 = this.rules.block.hr.exec(e5);
    if (t5) return { type: "hr", raw: C2(t5[0], `
`) };
  }
  blockquote(e5) {
    let t5 = this.rules.block.blockquote.exec(e5);
    if (t5) {
      let n5 = C2(t5[0], `
`).split(`
`), r6 = "", s6 = "", o6 = [];
      for (; n5.length > 0; ) {
        let i7 = false, a3 = [], c6;
        for (c6 = 0; c6 < n5.length; c6++) if (this.rules.other.blockquoteStart.test(n5[c6])) a3.push(n5[c6]), i7 = true;
        else if (!i7) a3.push(n5[c6]);
        else break;
        n5 = n5.slice(c6);
        let u5 = a3.join(`
`), d3 = u5.replace(this.rules.other.blockquoteMarkerWhitespace, (k2, m3, b3) => b3.startsWith(" ") ? m3 + " " + b3.slice(1) : m3 + te(b3, m3.length)).replace(this.rules.other.blockquoteSetextReplace, `
    $1`).replace(this.rules.other.blockquoteSetextReplace2, "");
        r6 = r6 ? `${r6}
${u5}` : u5, s6 = s6 ? `${s6}
${d3}` : d3;
        let h5 = this.lexer.state.top;
        if (this.lexer.state.top = true, this.lexer.blockTokens(d3, o6, true), this.lexer.state.top = h5, n5.length === 0) break;
        let p4 = o6.at(-1);
        if (p4?.type === "code" || p4?.type === "heading" || p4?.type === "hr" || p4?.type === "html" || p4?.type === "table") break;
        if (p4?.type === "blockquote") {
          let k2 = p4, m3 = n5.join(`
`), b3 = k2.raw + `
` + m3.replace(this.rules.other.blockquoteSetextReplace2, ""), f4 = this.blockquote(b3);
          o6[o6.length - 1] = f4;
          let R2 = b3.substring(f4.raw.length).replace(/^\n/, ""), E2 = R2 ? R2.split(`
`).length : 0, T2 = E2 ? n5.slice(0, -E2) : n5;
          if (T2.length > 0 && (r6 = `${r6}
${T2.join(`
`)}`), s6 = s6.substring(0, s6.length - k2.text.length) + f4.text, n5 = n5.slice(T2.length), n5.length > 0 && this.rules.other.blockquoteStart.test(n5[0])) continue;
          break;
        } else if (p4?.type === "list") {
          let k2 = p4, m3 = k2.raw + `
` + n5.join(`
`), b3 = this.list(m3);
          o6[o6.length - 1] = b3;
          let f4 = b3.raw.length > k2.raw.length ? m3.slice(k2.raw.length + 1, b3.raw.length).split(`
`).length : 0;
          if (f4 > 0) {
            let R2 = n5.slice(0, f4).join(`
`);
            r6 = `${r6}
${R2}`, s6 = `${s6}
${R2}`;
          }
          if (n5 = n5.slice(f4), n5.length > 0 && !this.rules.other.blockquoteStart.test(n5[0])) break;
          continue;
        }
      }
      return { type: "blockquote", raw: r6, tokens: o6, text: s6 };
    }
  }
  list(e5) {
    let t5 = this.rules.block.list.exec(e5);
    if (t5) {
      if (!this.options.pedantic && this.lexer.state.lastToken?.type === "text" && !this.rules.other.listInterruptsParagraph.test(e5)) return;
      let n5 = e5, r6 = () => n5.length - e5.length, s6 = t5[1].trim(), o6 = s6.length > 1, i7 = { type: "list", raw: "", ordered: o6, start: o6 ? +s6.slice(0, -1) : "", loose: false, items: [] };
      s6 = o6 ? `\\d{1,9}\\${s6.slice(-1)}` : `\\${s6}`, this.options.pedantic && (s6 = o6 ? s6 : "[*+-]");
      let a3 = this.rules.other.listItemRegex(s6), c6 = false;
      for (; e5; ) {
        let h5 = false, p4 = "";
        if (!(t5 = a3.exec(e5)) || this.rules.block.hr.test(e5)) break;
        let k2 = r6();
        e5 = e5.substring(t5[0].length);
        let m3 = t5[2].split(`
`, 1)[0], b3 = t5[1].length, f4 = this.options.pedantic ? te(m3, b3) : m3.replace(this.rules.other.leadingSpaceTab, (H2) => te(H2, b3)), R2 = e5.split(`
`, 1)[0], E2 = !f4.trim(), T2 = 0;
        if (this.options.pedantic ? (T2 = 2, p4 = f4.trimStart()) : E2 ? T2 = b3 + 1 : (T2 = f4.search(this.rules.other.nonSpaceChar), T2 = T2 > 4 ? 1 : T2, p4 = f4.slice(T2), T2 += b3), E2 && this.rules.other.blankLine.test(R2) && (e5 = e5.substring(R2.length + 1), h5 = true), !h5) {
          let H2 = this.rules.other.nextBulletRegex(T2), K = this.rules.other.hrRegex(T2), re = this.rules.other.fencesBeginRegex(T2), B2 = this.options.pedantic ? this.rules.other.pedanticHeadingBeginRegex(T2) : this.rules.other.headingBeginRegex(T2), X = this.rules.other.htmlBeginRegex(T2), se = this.rules.other.blockquoteBeginRegex(T2), le = false;
          for (; e5; ) {
            let we = e5.split(`
`, 1)[0], Z2;
            if (R2 = we, this.options.pedantic ? (R2 = R2.replace(this.rules.other.listReplaceNesting, "  "), Z2 = R2) : Z2 = R2.replace(this.rules.other.leadingSpaceTab, ($2) => te($2)), re.test(R2) || B2.test(R2) || X.test(R2) || se.test(R2) || H2.test(R2) || K.test(R2)) break;
            if (Z2.search(this.rules.other.nonSpaceChar) >= T2 || !R2.trim()) p4 += `
` + Z2.slice(T2), le = false;
            else {
              if (E2) break;
              let $2 = f4;
              if (!this.options.pedantic && !p4.includes(`
`) && !f4.includes("	")) {
                let j2;
                for (; !K.test($2) && (j2 = this.rules.other.nestedBlockMarker.exec($2)); ) $2 = $2.slice(j2[0].length);
                if (!$2.trim()) break;
              }
              if ($2.replace(this.rules.other.tabCharGlobal, "    ").search(this.rules.other.nonSpaceChar) >= 4 || re.test($2) || B2.test($2) || X.test($2) || K.test($2)) break;
              if (!this.options.pedantic && !le) {
                let j2 = f4.replace(this.rules.other.nestedContainerMarkers, "");
                if (this.rules.block.fences.test(j2) || this.rules.block.heading.test(j2) || this.rules.block.hr.test(j2)) break;
              }
              let je = !this.options.pedantic && /^ {0,3}(?:=+|-+) *$/.test(R2) && this.rules.block.lheading.test(`${f4}
${R2}`) ? `    ${Z2.replace(/^ {0,3}/, "")}` : R2;
              p4 += `
` + je, le = true;
            }
            E2 = !R2.trim(), e5 = e5.substring(we.length + 1), f4 = Z2.slice(T2);
          }
        }
        let U = n5.slice(k2, r6());
        i7.loose || (c6 ? i7.loose = true : this.rules.other.doubleBlankLine.test(U) && (c6 = true)), i7.items.push({ type: "list_item", raw: U, task: !!this.options.gfm && this.rules.other.listIsTask.test(p4), loose: false, text: p4, tokens: [] });
      }
      let u5 = i7.items.at(-1);
      if (u5) u5.raw = u5.raw.trimEnd(), u5.text = u5.text.trimEnd();
      else return;
      i7.raw = n5.slice(0, r6()).trimEnd();
      let d3 = [];
      for (let h5 of i7.items) if (this.lexer.state.top = false, d3.push(this.lexer.inlineQueue.length), h5.tokens = this.lexer.blockTokens(h5.text, []), !i7.loose) {
        let p4 = h5.tokens.filter((m3) => m3.type === "space"), k2 = p4.length > 0 && p4.some((m3) => this.rules.other.anyLine.test(m3.raw));
        i7.loose = k2;
      }
      for (let h5 = 0; h5 < i7.items.length; h5++) {
        let p4 = i7.items[h5], k2 = p4.tokens[0];
        if (p4.task && (k2?.type === "text" || k2?.type === "paragraph")) {
          p4.text = p4.text.replace(this.rules.other.listReplaceTask, ""), k2.raw = k2.raw.replace(this.rules.other.listReplaceTask, ""), k2.text = k2.text.replace(this.rules.other.listReplaceTask, "");
          let m3 = this.lexer.inlineQueue;
          for (let f4 = d3[h5]; f4 < m3.length; f4++) if (m3[f4].tokens === k2.tokens) {
            m3[f4].src = m3[f4].src.replace(this.rules.other.listReplaceTask, "");
            break;
          }
          let b3 = this.rules.other.listTaskCheckbox.exec(p4.raw);
          if (b3) {
            let f4 = { type: "checkbox", raw: b3[0] + " ", checked: b3[0] !== "[ ]" };
            p4.checked = f4.checked, i7.loose ? p4.tokens[0] && ["paragraph", "text"].includes(p4.tokens[0].type) && "tokens" in p4.tokens[0] && p4.tokens[0].tokens ? (p4.tokens[0].raw = f4.raw + p4.tokens[0].raw, p4.tokens[0].text = f4.raw + p4.tokens[0].text, p4.tokens[0].tokens.unshift(f4)) : p4.tokens.unshift({ type: "paragraph", raw: f4.raw, text: f4.raw, tokens: [f4] }) : p4.tokens.unshift(f4);
          }
        } else p4.task && (p4.task = false);
      }
      if (i7.loose) for (let h5 of i7.items) {
        h5.loose = true;
        for (let p4 of h5.tokens) p4.type === "text" && (p4.type = "paragraph");
      }
      return i7;
    }
  }
  html(e5) {
    let t5 = this.rules.block.html.exec(e5);
    if (t5) {
      if (this.lexer.state.lastToken?.type === "paragraph" && !this.rules.other.htmlBeginRegex(4).test(e5)) return;
      let n5 = Re(t5[0]);
      return { type: "html", block: true, raw: n5, pre: t5[1] === "pre" || t5[1] === "script" || t5[1] === "style", text: n5 };
    }
  }
  def(e5) {
    let t5 = this.rules.block.def.exec(e5);
    if (t5) {
      if (!this.rules.other.startAngleBracket.test(t5[2]) && Te(t5[2], "()") !== -1) return;
      let n5 = W(t5[1]), r6 = t5[2] ? t5[2].replace(this.rules.other.hrefBrackets, "$1").replace(this.rules.inline.anyPunctuation, "$1") : "", s6 = t5[3] ? t5[3].substring(1, t5[3].length - 1).replace(this.rules.inline.anyPunctuation, "$1") : t5[3];
      return { type: "def", tag: n5, raw: C2(t5[0], `
`), href: r6, title: s6 };
    }
  }
  table(e5) {
    let t5 = this.rules.block.table.exec(e5);
    if (!t5 || !this.rules.other.tableDelimiter.test(t5[2])) return;
    let n5 = be(t5[1]), r6 = t5[2].replace(this.rules.other.tableAlignChars, "").split("|"), s6 = t5[3]?.trim() ? t5[3].replace(this.rules.other.tableRowBlankLine, "").split(`
`) : [], o6 = { type: "table", raw: C2(t5[0], `
`), header: [], align: [], rows: [] };
    if (n5.length === r6.length) {
      for (let i7 of r6) this.rules.other.tableAlignRight.test(i7) ? o6.align.push("right") : this.rules.other.tableAlignCenter.test(i7) ? o6.align.push("center") : this.rules.other.tableAlignLeft.test(i7) ? o6.align.push("left") : o6.align.push(null);
      for (let i7 = 0; i7 < n5.length; i7++) o6.header.push({ text: n5[i7], tokens: this.lexer.inline(n5[i7]), header: true, align: o6.align[i7] });
      for (let i7 of s6) o6.rows.push(be(i7, o6.header.length).map((a3, c6) => ({ text: a3, tokens: this.lexer.inline(a3), header: false, align: o6.align[c6] })));
      return o6;
    }
  }
  lheading(e5) {
    let t5 = this.rules.block.lheading.exec(e5);
    if (t5) {
      let n5 = t5[1].trim();
      return { type: "heading", raw: C2(t5[0], `
`), depth: t5[2].charAt(0) === "=" ? 1 : 2, text: n5, tokens: this.lexer.inline(n5) };
    }
  }
  paragraph(e5) {
    let t5 = this.rules.block.paragraph.exec(e5);
    if (t5) {
      let n5 = t5[1].charAt(t5[1].length - 1) === `
` ? t5[1].slice(0, -1) : t5[1];
      return { type: "paragraph", raw: t5[0], text: n5, tokens: this.lexer.inline(n5) };
    }
  }
  text(e5) {
    let t5 = this.rules.block.text.exec(e5);
    if (t5) return { type: "text", raw: t5[0], text: t5[0], tokens: this.lexer.inline(t5[0]) };
  }
  escape(e5) {
    if (e5.charCodeAt(0) !== 92) return;
    let t5 = this.rules.inline.escape.exec(e5);
    if (t5) return { type: "escape", raw: t5[0], text: t5[1] };
  }
  tag(e5) {
    if (e5.charCodeAt(0) !== 60) return;
    let t5 = this.rules.inline.tag.exec(e5);
    if (t5) return !this.lexer.state.inLink && this.rules.other.startATag.test(t5[0]) ? this.lexer.state.inLink = true : this.lexer.state.inLink && this.rules.other.endATag.test(t5[0]) && (this.lexer.state.inLink = false), !this.lexer.state.inRawBlock && this.rules.other.startPreScriptTag.test(t5[0]) ? this.lexer.state.inRawBlock = true : this.lexer.state.inRawBlock && this.rules.other.endPreScriptTag.test(t5[0]) && (this.lexer.state.inRawBlock = false), { type: "html", raw: t5[0], inLink: this.lexer.state.inLink, inRawBlock: this.lexer.state.inRawBlock, block: false, text: t5[0] };
  }
  link(e5) {
    if (this.lexer.state.linkParenPossible === false) return;
    let t5 = e5.charCodeAt(0);
    if (t5 !== 91 && t5 !== 33) return;
    let n5 = this.rules.inline.link.exec(e5);
    if (n5) {
      let r6 = n5[0].charAt(0) === "!" ? 2 : 1;
      if (!this.options.pedantic && Ze(e5, n5[1], r6, this.rules)) return;
      let s6 = n5[2].trim();
      if (!this.options.pedantic && this.rules.other.startAngleBracket.test(s6)) {
        if (!this.rules.other.endAngleBracket.test(s6)) return;
        let c6 = C2(s6.slice(0, -1), "\\");
        if ((s6.length - c6.length) % 2 === 0) return;
      } else {
        let c6 = Te(n5[2], "()");
        if (c6 === -2) return;
        if (c6 > -1) {
          let d3 = (n5[0].indexOf("!") === 0 ? 5 : 4) + n5[1].length + c6;
          n5[2] = n5[2].substring(0, c6), n5[0] = n5[0].substring(0, d3).trim(), n5[3] = "";
        }
      }
      let o6 = C2(n5[0].slice(0, -1), "\\");
      if ((n5[0].length - o6.length) % 2 === 0) return;
      let i7 = n5[2], a3 = "";
      if (this.options.pedantic) {
        let c6 = this.rules.other.pedanticHrefTitle.exec(i7);
        c6 && (i7 = c6[1], a3 = c6[3]);
      } else a3 = n5[3] ? n5[3].slice(1, -1) : "";
      return i7 = i7.trim(), this.rules.other.startAngleBracket.test(i7) && (this.options.pedantic && !this.rules.other.endAngleBracket.test(s6) ? i7 = i7.slice(1) : i7 = i7.slice(1, -1)), He(n5, { href: i7 && i7.replace(this.rules.inline.anyPunctuation, "$1"), title: a3 && a3.replace(this.rules.inline.anyPunctuation, "$1") }, n5[0], this.lexer, this.rules);
    }
  }
  reflink(e5, t5) {
    let n5 = e5.charCodeAt(0);
    if (n5 !== 91 && n5 !== 33) return;
    let r6;
    if ((r6 = this.rules.inline.reflink.exec(e5)) || (r6 = this.rules.inline.nolink.exec(e5))) {
      let s6 = r6[0].charAt(0) === "!" ? 2 : 1;
      if (!this.options.pedantic && Ze(e5, r6[1], s6, this.rules)) return;
      let o6 = t5[W(r6[2] || r6[1])];
      if (!o6) {
        let i7 = r6[0].charAt(0);
        return { type: "text", raw: i7, text: i7 };
      }
      return He(r6, o6, r6[0], this.lexer, this.rules);
    }
  }
  emStrong(e5, t5, n5 = "") {
    let r6 = this.rules.inline.emStrongLDelim.exec(e5);
    if (!r6 || !r6[1] && !r6[2] && !r6[3] && !r6[4]) return;
    let s6 = r6[0][0], o6 = n5 === s6, i7 = t5.length - e5.length, a3 = i7;
    for (; !this.options.pedantic && a3 > 0 && t5[a3 - 1] === s6; ) a3--;
    let c6 = [...t5.slice(Math.max(0, a3 - 2), a3)].at(-1) ?? "", u5 = c6 === "*" || c6 === "_" || !!this.rules.inline.punctuation.exec(c6);
    a3 < i7 && (n5 = c6);
    let d3 = a3 < i7 ? u5 : n5 === "*" || n5 === "_" || !!this.rules.inline.punctuation.exec(n5);
    if (r6[4] && n5.match(this.rules.other.unicodeAlphaNumeric)) return;
    let h5 = r6[1] || r6[3] || "";
    if (!h5 || !n5 || d3) {
      let p4 = [...r6[0]].length - 1, k2, m3, b3 = p4, f4 = 0, R2 = i7 - a3 + p4, E2 = !this.options.pedantic && !!c6.trim() && (!!h5 || s6 === "*" && !u5);
      if (s6 !== "*" && s6 !== "_") return;
      let T2 = s6 === "*" ? this.rules.inline.emStrongRDelimAst : this.rules.inline.emStrongRDelimUnd, U = oe(this, t5, s6), H2 = t5.length - e5.length + p4;
      if (U < H2) return;
      t5 = t5.slice(-1 * e5.length + p4);
      let K = U - H2;
      for (T2.lastIndex = 0; (r6 = T2.exec(t5)) !== null && !(r6.index > K); ) {
        if (k2 = r6[1] || r6[2] || r6[3] || r6[4] || r6[5] || r6[6], !k2) continue;
        if (m3 = [...k2].length, r6[3] || r6[4]) {
          b3 += m3;
          continue;
        } else if ((r6[5] || r6[6] || E2) && R2 % 3 && !((R2 + m3) % 3)) {
          if (o6 && (r6[5] || r6[6])) break;
          f4 += m3;
          continue;
        }
        if (b3 -= m3, b3 > 0) continue;
        m3 = Math.min(m3, m3 + b3 + f4);
        let re = [...r6[0]][0].length, B2 = e5.slice(0, p4 + r6.index + re + m3);
        if (Math.min(p4, m3) % 2) {
          let se = B2.slice(1, -1);
          return { type: "em", raw: B2, text: se, tokens: this.lexer.inlineTokens(se) };
        }
        let X = B2.slice(2, -2);
        return { type: "strong", raw: B2, text: X, tokens: this.lexer.inlineTokens(X) };
      }
    }
  }
  codespan(e5) {
    if (e5.charCodeAt(0) !== 96) return;
    let t5 = this.rules.inline.code.exec(e5);
    if (t5) {
      let n5 = t5[2].replace(this.rules.other.newLineCharGlobal, " "), r6 = this.rules.other.nonSpaceChar.test(n5), s6 = this.rules.other.startingSpaceChar.test(n5) && this.rules.other.endingSpaceChar.test(n5);
      return r6 && s6 && (n5 = n5.substring(1, n5.length - 1)), { type: "codespan", raw: t5[0], text: n5 };
    }
  }
  br(e5) {
    let t5 = e5.charCodeAt(0);
    if (t5 !== 32 && t5 !== 92 && t5 !== 10) return;
    let n5 = this.rules.inline.br.exec(e5);
    if (n5) return { type: "br", raw: n5[0] };
  }
  del(e5, t5, n5 = "") {
    if (e5.charCodeAt(0) !== 126) return;
    let r6 = this.rules.inline.delLDelim.exec(e5);
    if (!r6) return;
    if (!(r6[1] || "") || !n5 || this.rules.inline.punctuation.exec(n5)) {
      let o6 = [...r6[0]].length - 1, i7, a3, c6 = o6, u5 = this.rules.inline.delRDelim, d3 = ae(this, t5), h5 = t5.length - e5.length + o6;
      if (d3 < h5) return;
      t5 = t5.slice(-1 * e5.length + o6);
      let p4 = d3 - h5;
      for (u5.lastIndex = 0; (r6 = u5.exec(t5)) !== null && !(r6.index > p4); ) {
        if (i7 = r6[1] || r6[2] || r6[3] || r6[4] || r6[5] || r6[6], !i7 || (a3 = [...i7].length, a3 !== o6)) continue;
        if (r6[3] || r6[4]) {
          c6 += a3;
          continue;
        }
        if (c6 -= a3, c6 > 0) continue;
        a3 = Math.min(a3, a3 + c6);
        let k2 = [...r6[0]][0].length, m3 = e5.slice(0, o6 + r6.index + k2 + a3), b3 = m3.slice(o6, -o6);
        return { type: "del", raw: m3, text: b3, tokens: this.lexer.inlineTokens(b3) };
      }
    }
  }
  autolink(e5) {
    if (e5.charCodeAt(0) !== 60) return;
    let t5 = this.rules.inline.autolink.exec(e5);
    if (t5) {
      let n5, r6;
      return t5[2] === "@" ? (n5 = t5[1], r6 = "mailto:" + n5) : (n5 = t5[1], r6 = n5), { type: "link", raw: t5[0], text: n5, href: r6, autolink: true, tokens: [{ type: "text", raw: n5, text: n5 }] };
    }
  }
  url(e5) {
    let t5;
    if (t5 = this.rules.inline.url.exec(e5)) {
      let n5, r6;
      if (t5[2] === "@") n5 = t5[0], r6 = "mailto:" + n5;
      else {
        let s6;
        do
          s6 = t5[0], t5[0] = this.rules.inline._backpedal.exec(t5[0])?.[0] ?? "";
        while (s6 !== t5[0]);
        n5 = t5[0], t5[1] === "www." ? r6 = "http://" + t5[0] : r6 = t5[0];
      }
      return { type: "link", raw: t5[0], text: n5, href: r6, autolink: true, tokens: [{ type: "text", raw: n5, text: n5 }] };
    }
  }
  inlineText(e5) {
    let t5 = this.rules.inline.text.exec(e5);
    if (t5) {
      let n5 = this.lexer.state.inRawBlock;
      return { type: "text", raw: t5[0], text: n5 ? t5[0] : De(t5[0]), escaped: n5 };
    }
  }
};
var w2 = class l4 {
  tokens;
  options;
  state;
  inlineQueue;
  tokenizer;
  constructor(e5) {
    this.tokens = [], this.tokens.links = /* @__PURE__ */ Object.create(null), this.options = e5 || S3, this.options.tokenizer = this.options.tokenizer || new _2(), this.tokenizer = this.options.tokenizer, this.tokenizer.options = this.options, this.tokenizer.lexer = this, this.inlineQueue = [], this.state = { inLink: false, inRawBlock: false, linkEmitted: false, linkParenPossible: true, top: true };
    let t5 = { other: O, block: ee.normal, inline: F.normal };
    this.options.pedantic ? (t5.block = ee.pedantic, t5.inline = F.pedantic) : this.options.gfm && (t5.block = ee.gfm, this.options.breaks ? t5.inline = F.breaks : t5.inline = F.gfm), this.tokenizer.rules = t5;
  }
  static get rules() {
    return { block: ee, inline: F };
  }
  static lex(e5, t5) {
    return new l4(t5).lex(e5);
  }
  static lexInline(e5, t5) {
    return new l4(t5).inlineTokens(e5);
  }
  lex(e5) {
    e5 = e5.replace(O.carriageReturn, `
`), this.blockTokens(e5, this.tokens);
    for (let t5 = 0; t5 < this.inlineQueue.length; t5++) {
      let n5 = this.inlineQueue[t5];
      this.state.inRawBlock = false, this.inlineTokens(n5.src, n5.tokens);
    }
    return this.inlineQueue = [], this.tokens;
  }
  blockTokens(e5, t5 = [], n5 = false) {
    this.tokenizer.lexer = this;
    let r6 = this.state.lastToken;
    this.options.pedantic && (e5 = e5.replace(O.tabCharGlobal, "    ").replace(O.spaceLine, ""));
    let s6 = 1 / 0, o6, i7 = this.options.gfm && !this.options.pedantic && this.tokenizer.paragraph === _2.prototype.paragraph;
    for (; e5; ) {
      if (e5.length < s6) s6 = e5.length;
      else {
        this.infiniteLoopError(e5.charCodeAt(0));
        break;
      }
      this.state.lastToken = t5.at(-1);
      let a3;
      if (this.options.extensions?.block?.some((u5) => (a3 = u5.call({ lexer: this }, e5, t5)) ? (e5 = e5.substring(a3.raw.length), t5.push(a3), true) : false)) continue;
      if (a3 = this.tokenizer.space(e5)) {
        e5 = e5.substring(a3.raw.length);
        let u5 = t5.at(-1);
        a3.raw.length === 1 && u5 !== void 0 ? u5.raw += `
` : t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.code(e5)) {
        e5 = e5.substring(a3.raw.length);
        let u5 = t5.at(-1);
        u5?.type === "paragraph" || u5?.type === "text" ? (u5.raw += (u5.raw.endsWith(`
`) ? "" : `
`) + a3.raw, u5.text += `
` + a3.text, this.inlineQueue.at(-1).src = u5.text) : t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.fences(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.heading(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.hr(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.blockquote(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.list(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.html(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.def(e5)) {
        e5 = e5.substring(a3.raw.length);
        let u5 = t5.at(-1);
        u5?.type === "paragraph" || u5?.type === "text" ? (u5.raw += (u5.raw.endsWith(`
`) ? "" : `
`) + a3.raw, u5.text += `
` + a3.raw, this.inlineQueue.at(-1).src = u5.text) : (this.tokens.links[a3.tag] || (this.tokens.links[a3.tag] = { href: a3.href, title: a3.title }), t5.push(a3));
        continue;
      }
      if (a3 = this.tokenizer.table(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      if (a3 = this.tokenizer.lheading(e5)) {
        e5 = e5.substring(a3.raw.length), t5.push(a3);
        continue;
      }
      let c6 = e5;
      if (this.options.extensions?.startBlock) {
        let u5 = 1 / 0, d3 = e5.slice(1), h5;
        this.options.extensions.startBlock.forEach((p4) => {
          h5 = p4.call({ lexer: this }, d3), typeof h5 == "number" && h5 >= 0 && (u5 = Math.min(u5, h5));
        }), u5 < 1 / 0 && u5 >= 0 && (c6 = e5.substring(0, u5 + 1));
      }
      if (this.state.top && (a3 = this.tokenizer.paragraph(c6))) {
        let u5 = t5.at(-1);
        (n5 || u5 === o6 && i7) && u5?.type === "paragraph" ? (u5.raw += (u5.raw.endsWith(`
`) ? "" : `
`) + a3.raw, u5.text += `
` + a3.text, this.inlineQueue.pop(), this.inlineQueue.at(-1).src = u5.text, o6 = u5) : (t5.push(a3), o6 = a3), n5 = c6.length !== e5.length, e5 = e5.substring(a3.raw.length);
        continue;
      }
      if (a3 = this.tokenizer.text(e5)) {
        e5 = e5.substring(a3.raw.length);
        let u5 = t5.at(-1);
        u5?.type === "text" ? (u5.raw += (u5.raw.endsWith(`
`) ? "" : `
`) + a3.raw, u5.text += `
` + a3.text, this.inlineQueue.pop(), this.inlineQueue.at(-1).src = u5.text) : t5.push(a3);
        continue;
      }
      if (e5) {
        this.infiniteLoopError(e5.charCodeAt(0));
        break;
      }
    }
    return this.state.top = true, this.state.lastToken = r6, t5;
  }
  inline(e5, t5 = []) {
    return this.inlineQueue.push({ src: e5, tokens: t5 }), t5;
  }
  linkInText(e5) {
    if (!e5.includes("[")) return false;
    let t5 = this.tokenizer.rules.inline.link;
    for (let n5 of e5.matchAll(this.tokenizer.rules.inline.blockSkip)) if (t5.test(n5[0]) && e5.charAt(n5.index - 1) !== "!") return true;
    for (let n5 of e5.matchAll(this.tokenizer.rules.inline.reflinkSearch)) {
      let r6 = n5[0], s6 = r6.lastIndexOf("[");
      if (!(r6.charAt(0) === "!" || !Object.hasOwn(this.tokens.links, W(r6.slice(s6 + 1, -1)))) && !(s6 > 1 && this.linkInText(r6.slice(1, s6 - 1)))) return true;
    }
    return false;
  }
  inlineTokens(e5, t5 = []) {
    this.tokenizer.lexer = this;
    let n5 = this.state.linkParenPossible;
    this.state.linkParenPossible = e5.includes(")");
    try {
      return this.#t(e5, t5);
    } finally {
      this.state.linkParenPossible = n5;
    }
  }
  #t(e5, t5) {
    let n5 = e5.includes("*") || e5.includes("_") || e5.includes("~"), r6 = n5 || this.options.hooks?.emStrongMask || this.tokenizer.emStrong !== _2.prototype.emStrong || this.tokenizer.del !== _2.prototype.del ? this.#r(e5) : e5;
    if (!n5) return this.#e(e5, r6, t5);
    qe(this.tokenizer, r6);
    try {
      return this.#e(e5, r6, t5);
    } finally {
      ve(this.tokenizer);
    }
  }
  #e(e5, t5, n5) {
    let r6 = false, s6 = "", o6 = 1 / 0;
    for (; e5; ) {
      if (e5.length < o6) o6 = e5.length;
      else {
        this.infiniteLoopError(e5.charCodeAt(0));
        break;
      }
      r6 || (s6 = ""), r6 = false;
      let i7;
      if (this.options.extensions?.inline?.some((u5) => (i7 = u5.call({ lexer: this }, e5, n5)) ? (e5 = e5.substring(i7.raw.length), n5.push(i7), true) : false)) continue;
      if (i7 = this.tokenizer.escape(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.tag(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.link(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.reflink(e5, this.tokens.links)) {
        e5 = e5.substring(i7.raw.length);
        let u5 = n5.at(-1);
        i7.type === "text" && u5?.type === "text" ? (u5.raw += i7.raw, u5.text += i7.text) : n5.push(i7);
        continue;
      }
      let a3 = e5[0];
      if (a3 === "*" || a3 === "_") {
        let u5 = t5.length - e5.length;
        if (oe(this.tokenizer, t5, a3) <= u5) {
          let h5 = 1;
          for (; h5 < e5.length && e5.charCodeAt(h5) === a3.charCodeAt(0); ) h5++;
          let p4 = e5.substring(0, h5), k2 = n5.at(-1);
          k2?.type === "text" && !k2.escaped ? (k2.raw += p4, k2.text += p4) : n5.push({ type: "text", raw: p4, text: p4, escaped: false }), e5 = e5.substring(h5), s6 = a3, r6 = true;
          continue;
        }
      } else if (a3 === "~") {
        let u5 = t5.length - e5.length;
        if (ae(this.tokenizer, t5) <= u5) {
          let h5 = 1;
          for (; h5 < e5.length && e5.charCodeAt(h5) === 126; ) h5++;
          let p4 = e5.substring(0, h5), k2 = n5.at(-1);
          k2?.type === "text" && !k2.escaped ? (k2.raw += p4, k2.text += p4) : n5.push({ type: "text", raw: p4, text: p4, escaped: false }), e5 = e5.substring(h5), s6 = a3, r6 = true;
          continue;
        }
      }
      if (i7 = this.tokenizer.emStrong(e5, t5, s6)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.codespan(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.br(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.del(e5, t5, s6)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (i7 = this.tokenizer.autolink(e5)) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      if (!this.state.inLink && (i7 = this.tokenizer.url(e5))) {
        e5 = e5.substring(i7.raw.length), n5.push(i7);
        continue;
      }
      let c6 = e5;
      if (this.options.extensions?.startInline) {
        let u5 = 1 / 0, d3 = e5.slice(1), h5;
        this.options.extensions.startInline.forEach((p4) => {
          h5 = p4.call({ lexer: this }, d3), typeof h5 == "number" && h5 >= 0 && (u5 = Math.min(u5, h5));
        }), u5 < 1 / 0 && u5 >= 0 && (c6 = e5.substring(0, u5 + 1));
      }
      if (i7 = this.tokenizer.inlineText(c6)) {
        e5 = e5.substring(i7.raw.length), i7.raw.slice(-1) !== "_" && (s6 = i7.raw.slice(-1)), r6 = true;
        let u5 = n5.at(-1);
        u5?.type === "text" ? (u5.raw += i7.raw, u5.text += i7.text) : n5.push(i7);
        continue;
      }
      if (e5) {
        this.infiniteLoopError(e5.charCodeAt(0));
        break;
      }
    }
    return n5;
  }
  #n(e5) {
    let { blockSkip: t5, tag: n5, autolink: r6 } = this.tokenizer.rules.inline, s6 = "", o6 = 0, i7;
    for (t5.lastIndex = 0; i7 = t5.exec(e5); ) {
      let a3 = i7.index + (i7[2] ? i7[2].length : 0), c6 = i7.index + i7[0].length;
      if (e5.charAt(a3) === "<") {
        let u5 = e5.slice(a3), d3 = n5.exec(u5) || r6.exec(u5);
        if (!d3) {
          t5.lastIndex = a3 + 1;
          continue;
        }
        c6 = a3 + d3[0].length, t5.lastIndex = c6;
      }
      s6 += e5.slice(o6, a3) + "[" + "a".repeat(c6 - a3 - 2) + "]", o6 = c6;
    }
    return s6 + e5.slice(o6);
  }
  #r(e5) {
    let t5 = e5;
    if (this.tokens.links && e5.includes("[")) {
      let n5 = this.tokenizer.rules.inline.reflinkSearch, r6 = (s6) => {
        let o6 = s6.lastIndexOf("[");
        if (!Object.hasOwn(this.tokens.links, W(s6.slice(o6 + 1, -1)))) return s6;
        if (o6 > 1 && s6.charAt(0) !== "!") {
          let i7 = s6.slice(1, o6 - 1);
          if (this.linkInText(i7)) return "[" + i7.replace(n5, r6) + "][" + "a".repeat(s6.length - o6 - 2) + "]";
        }
        return "[" + "a".repeat(s6.length - 2) + "]";
      };
      t5 = t5.replace(n5, r6);
    }
    return t5 = t5.replace(this.tokenizer.rules.inline.anyPunctuationOutsideCode, (n5, r6, s6) => s6 ? "+".repeat(n5.length) : r6 ? r6 + n5.slice(r6.length, -r6.length).replace(/`/g, "+") + r6 : n5), t5 = this.#n(t5), t5 = this.options.hooks?.emStrongMask?.call({ lexer: this }, t5) ?? t5, t5;
  }
  infiniteLoopError(e5) {
    let t5 = "Infinite loop on byte: " + e5;
    if (this.options.silent) console.error(t5);
    else throw new Error(t5);
  }
};
var I2 = class {
  options;
  parser;
  constructor(e5) {
    this.options = e5 || S3;
  }
  space(e5) {
    return "";
  }
  code({ text: e5, lang: t5, escaped: n5 }) {
    let r6 = (t5 || "").match(O.notSpaceStart)?.[0], s6 = e5 ? e5.replace(O.endingNewline, "") + `
` : "";
    return r6 ? '<pre><code class="language-' + y3(r6) + '">' + (n5 ? s6 : y3(s6, true)) + `</code></pre>
` : "<pre><code>" + (n5 ? s6 : y3(s6, true)) + `</code></pre>
`;
  }
  blockquote({ tokens: e5 }) {
    return `<blockquote>
${this.parser.parse(e5)}</blockquote>
`;
  }
  html({ text: e5 }) {
    return e5;
  }
  def(e5) {
    return "";
  }
  heading({ tokens: e5, depth: t5 }) {
    return `<h${t5}>${this.parser.parseInline(e5)}</h${t5}>
`;
  }
  hr(e5) {
    return `<hr>
`;
  }
  list(e5) {
    let t5 = e5.ordered, n5 = e5.start, r6 = "";
    for (let i7 = 0; i7 < e5.items.length; i7++) {
      let a3 = e5.items[i7];
      r6 += this.listitem(a3);
    }
    let s6 = t5 ? "ol" : "ul", o6 = t5 && n5 !== 1 ? ' start="' + n5 + '"' : "";
    return "<" + s6 + o6 + `>
` + r6 + "</" + s6 + `>
`;
  }
  listitem(e5) {
    return `<li>${this.parser.parse(e5.tokens)}</li>
`;
  }
  checkbox({ checked: e5 }) {
    return "<input " + (e5 ? 'checked="" ' : "") + 'disabled="" type="checkbox"> ';
  }
  paragraph({ tokens: e5 }) {
    return `<p>${this.parser.parseInline(e5)}</p>
`;
  }
  table(e5) {
    let t5 = "", n5 = "";
    for (let s6 = 0; s6 < e5.header.length; s6++) n5 += this.tablecell(e5.header[s6]);
    t5 += this.tablerow({ text: n5 });
    let r6 = "";
    for (let s6 = 0; s6 < e5.rows.length; s6++) {
      let o6 = e5.rows[s6];
      n5 = "";
      for (let i7 = 0; i7 < o6.length; i7++) n5 += this.tablecell(o6[i7]);
      r6 += this.tablerow({ text: n5 });
    }
    return r6 && (r6 = `<tbody>${r6}</tbody>`), `<table>
<thead>
` + t5 + `</thead>
` + r6 + `</table>
`;
  }
  tablerow({ text: e5 }) {
    return `<tr>
${e5}</tr>
`;
  }
  tablecell(e5) {
    let t5 = this.parser.parseInline(e5.tokens), n5 = e5.header ? "th" : "td";
    return (e5.align ? `<${n5} align="${e5.align}">` : `<${n5}>`) + t5 + `</${n5}>
`;
  }
  strong({ tokens: e5 }) {
    return `<strong>${this.parser.parseInline(e5)}</strong>`;
  }
  em({ tokens: e5 }) {
    return `<em>${this.parser.parseInline(e5)}</em>`;
  }
  codespan({ text: e5 }) {
    return `<code>${y3(e5, true)}</code>`;
  }
  br(e5) {
    return "<br>";
  }
  del({ tokens: e5 }) {
    return `<del>${this.parser.parseInline(e5)}</del>`;
  }
  link({ href: e5, title: t5, text: n5, tokens: r6, autolink: s6 }) {
    let o6 = s6 ? y3(n5, true) : this.parser.parseInline(r6), i7 = xe(e5);
    if (i7 === null) return o6;
    e5 = y3(i7, s6);
    let a3 = '<a href="' + e5 + '"';
    return t5 && (a3 += ' title="' + y3(t5) + '"'), a3 += ">" + o6 + "</a>", a3;
  }
  image({ href: e5, title: t5, text: n5, tokens: r6 }) {
    r6 && (n5 = this.parser.parseInline(r6, this.parser.textRenderer));
    let s6 = xe(e5);
    if (s6 === null) return y3(n5);
    e5 = s6;
    let o6 = `<img src="${y3(e5)}" alt="${y3(n5)}"`;
    return t5 && (o6 += ` title="${y3(t5)}"`), o6 += ">", o6;
  }
  text(e5) {
    return "tokens" in e5 && e5.tokens ? this.parser.parseInline(e5.tokens) : "escaped" in e5 && e5.escaped ? e5.text : y3(e5.text);
  }
};
var z2 = class {
  parser;
  strong({ text: e5, tokens: t5 }) {
    return t5 ? this.parser.parseInline(t5, this) : e5;
  }
  em({ text: e5, tokens: t5 }) {
    return t5 ? this.parser.parseInline(t5, this) : e5;
  }
  codespan({ text: e5 }) {
    return e5;
  }
  del({ text: e5, tokens: t5 }) {
    return t5 ? this.parser.parseInline(t5, this) : e5;
  }
  html({ text: e5 }) {
    return e5;
  }
  text({ text: e5 }) {
    return e5;
  }
  link({ text: e5, tokens: t5 }) {
    return t5 ? this.parser.parseInline(t5, this) : e5;
  }
  image({ text: e5, tokens: t5 }) {
    return t5 ? this.parser.parseInline(t5, this) : e5;
  }
  br() {
    return `
`;
  }
  checkbox({ raw: e5 }) {
    return e5;
  }
};
var P2 = class l5 {
  options;
  renderer;
  textRenderer;
  constructor(e5) {
    this.options = e5 || S3, this.options.renderer = this.options.renderer || new I2(), this.renderer = this.options.renderer, this.renderer.options = this.options, this.renderer.parser = this, this.textRenderer = new z2(), this.textRenderer.parser = this;
  }
  static parse(e5, t5) {
    return new l5(t5).parse(e5);
  }
  static parseInline(e5, t5) {
    return new l5(t5).parseInline(e5);
  }
  parse(e5) {
    this.renderer.parser = this;
    let t5 = "";
    for (let n5 = 0; n5 < e5.length; n5++) {
      let r6 = e5[n5];
      if (this.options.extensions?.renderers?.[r6.type]) {
        let o6 = r6, i7 = this.options.extensions.renderers[o6.type].call({ parser: this }, o6);
        if (i7 !== false || !["space", "hr", "heading", "code", "table", "blockquote", "list", "checkbox", "html", "def", "paragraph", "text"].includes(o6.type)) {
          t5 += i7 === false ? "" : i7 ?? "";
          continue;
        }
      }
      let s6 = r6;
      switch (s6.type) {
        case "space": {
          t5 += this.renderer.space(s6);
          break;
        }
        case "hr": {
          t5 += this.renderer.hr(s6);
          break;
        }
        case "heading": {
          t5 += this.renderer.heading(s6);
          break;
        }
        case "code": {
          t5 += this.renderer.code(s6);
          break;
        }
        case "table": {
          t5 += this.renderer.table(s6);
          break;
        }
        case "blockquote": {
          t5 += this.renderer.blockquote(s6);
          break;
        }
        case "list": {
          t5 += this.renderer.list(s6);
          break;
        }
        case "checkbox": {
          t5 += this.renderer.checkbox(s6);
          break;
        }
        case "html": {
          t5 += this.renderer.html(s6);
          break;
        }
        case "def": {
          t5 += this.renderer.def(s6);
          break;
        }
        case "paragraph": {
          t5 += this.renderer.paragraph(s6);
          break;
        }
        case "text": {
          t5 += this.renderer.text(s6);
          break;
        }
        default: {
          let o6 = 'Token with "' + s6.type + '" type was not found.';
          if (this.options.silent) return console.error(o6), "";
          throw new Error(o6);
        }
      }
    }
    return t5;
  }
  parseInline(e5, t5 = this.renderer) {
    this.renderer.parser = this;
    let n5 = "";
    for (let r6 = 0; r6 < e5.length; r6++) {
      let s6 = e5[r6];
      if (this.options.extensions?.renderers?.[s6.type]) {
        let i7 = this.options.extensions.renderers[s6.type].call({ parser: this }, s6);
        if (i7 !== false || !["escape", "html", "link", "image", "checkbox", "strong", "em", "codespan", "br", "del", "text"].includes(s6.type)) {
          n5 += i7 === false ? "" : i7 ?? "";
          continue;
        }
      }
      let o6 = s6;
      switch (o6.type) {
        case "escape": {
          n5 += t5.text(o6);
          break;
        }
        case "html": {
          n5 += t5.html(o6);
          break;
        }
        case "link": {
          n5 += t5.link(o6);
          break;
        }
        case "image": {
          n5 += t5.image(o6);
          break;
        }
        case "checkbox": {
          n5 += t5.checkbox(o6);
          break;
        }
        case "strong": {
          n5 += t5.strong(o6);
          break;
        }
        case "em": {
          n5 += t5.em(o6);
          break;
        }
        case "codespan": {
          n5 += t5.codespan(o6);
          break;
        }
        case "br": {
          n5 += t5.br(o6);
          break;
        }
        case "del": {
          n5 += t5.del(o6);
          break;
        }
        case "text": {
          n5 += t5.text(o6);
          break;
        }
        default: {
          let i7 = 'Token with "' + o6.type + '" type was not found.';
          if (this.options.silent) return console.error(i7), "";
          throw new Error(i7);
        }
      }
    }
    return n5;
  }
};
var A2 = class {
  options;
  block;
  constructor(e5) {
    this.options = e5 || S3;
  }
  static passThroughHooks = /* @__PURE__ */ new Set(["preprocess", "postprocess", "processAllTokens", "emStrongMask"]);
  static passThroughHooksRespectAsync = /* @__PURE__ */ new Set(["preprocess", "postprocess", "processAllTokens"]);
  preprocess(e5) {
    return e5;
  }
  postprocess(e5) {
    return e5;
  }
  processAllTokens(e5) {
    return e5;
  }
  emStrongMask(e5) {
    return e5;
  }
  provideLexer(e5 = this.block) {
    return e5 ? w2.lex : w2.lexInline;
  }
  provideParser(e5 = this.block) {
    return e5 ? P2.parse : P2.parseInline;
  }
};
function M3(l6, e5) {
  if (Array.isArray(e5)) for (let t5 = 0; t5 < e5.length; t5++) l6.push(e5[t5]);
  else l6.push(e5);
}
var ne = class {
  defaults = G();
  options = this.setOptions;
  parse = this.parseMarkdown(true);
  parseInline = this.parseMarkdown(false);
  Parser = P2;
  Renderer = I2;
  TextRenderer = z2;
  Lexer = w2;
  Tokenizer = _2;
  Hooks = A2;
  constructor(...e5) {
    this.use(...e5);
  }
  walkTokens(e5, t5) {
    let n5 = [];
    for (let r6 of e5) switch (M3(n5, t5.call(this, r6)), r6.type) {
      case "table": {
        let s6 = r6;
        for (let o6 of s6.header) M3(n5, this.walkTokens(o6.tokens, t5));
        for (let o6 of s6.rows) for (let i7 of o6) M3(n5, this.walkTokens(i7.tokens, t5));
        break;
      }
      case "list": {
        let s6 = r6;
        M3(n5, this.walkTokens(s6.items, t5));
        break;
      }
      default: {
        let s6 = r6;
        this.defaults.extensions?.childTokens?.[s6.type] ? this.defaults.extensions.childTokens[s6.type].forEach((o6) => {
          let i7 = s6[o6].flat(1 / 0);
          M3(n5, this.walkTokens(i7, t5));
        }) : s6.tokens && M3(n5, this.walkTokens(s6.tokens, t5));
      }
    }
    return n5;
  }
  use(...e5) {
    let t5 = this.defaults.extensions || { renderers: /* @__PURE__ */ Object.create(null), childTokens: /* @__PURE__ */ Object.create(null) };
    return e5.forEach((n5) => {
      let r6 = { ...n5 };
      if (r6.async = this.defaults.async || r6.async || false, n5.extensions && (n5.extensions.forEach((s6) => {
        if (!s6.name) throw new Error("extension name required");
        if ("renderer" in s6) {
          let o6 = t5.renderers[s6.name];
          o6 ? t5.renderers[s6.name] = function(...i7) {
            let a3 = s6.renderer.apply(this, i7);
            return a3 === false && (a3 = o6.apply(this, i7)), a3;
          } : t5.renderers[s6.name] = s6.renderer;
        }
        if ("tokenizer" in s6) {
          if (!s6.level || s6.level !== "block" && s6.level !== "inline") throw new Error("extension level must be 'block' or 'inline'");
          let o6 = t5[s6.level];
          o6 ? o6.unshift(s6.tokenizer) : t5[s6.level] = [s6.tokenizer], s6.start && (s6.level === "block" ? t5.startBlock ? t5.startBlock.push(s6.start) : t5.startBlock = [s6.start] : s6.level === "inline" && (t5.startInline ? t5.startInline.push(s6.start) : t5.startInline = [s6.start]));
        }
        "childTokens" in s6 && s6.childTokens && (t5.childTokens[s6.name] = s6.childTokens);
      }), r6.extensions = t5), n5.renderer) {
        let s6 = this.defaults.renderer || new I2(this.defaults);
        for (let o6 in n5.renderer) {
          if (!(o6 in s6)) throw new Error(`renderer '${o6}' does not exist`);
          if (["options", "parser"].includes(o6)) continue;
          let i7 = o6, a3 = n5.renderer[i7], c6 = s6[i7];
          s6[i7] = (...u5) => {
            let d3 = a3.apply(s6, u5);
            return d3 === false && (d3 = c6.apply(s6, u5)), d3 === false ? "" : d3 ?? "";
          };
        }
        r6.renderer = s6;
      }
      if (n5.tokenizer) {
        let s6 = this.defaults.tokenizer || new _2(this.defaults);
        for (let o6 in n5.tokenizer) {
          if (!(o6 in s6)) throw new Error(`tokenizer '${o6}' does not exist`);
          if (["options", "rules", "lexer"].includes(o6)) continue;
          let i7 = o6, a3 = n5.tokenizer[i7], c6 = s6[i7];
          s6[i7] = (...u5) => {
            let d3 = a3.apply(s6, u5);
            return d3 === false && (d3 = c6.apply(s6, u5)), d3;
          };
        }
        r6.tokenizer = s6;
      }
      if (n5.hooks) {
        let s6 = this.defaults.hooks || new A2();
        for (let o6 in n5.hooks) {
          if (!(o6 in s6)) throw new Error(`hook '${o6}' does not exist`);
          if (["options", "block"].includes(o6)) continue;
          let i7 = o6, a3 = n5.hooks[i7], c6 = s6[i7];
          A2.passThroughHooks.has(o6) ? s6[i7] = (u5) => {
            if (s6.options.async && A2.passThroughHooksRespectAsync.has(o6)) return (async () => {
              let h5 = await a3.call(s6, u5);
              return c6.call(s6, h5);
            })();
            let d3 = a3.call(s6, u5);
            return c6.call(s6, d3);
          } : s6[i7] = (...u5) => {
            if (s6.options.async) return (async () => {
              let h5 = await a3.apply(s6, u5);
              return h5 === false && (h5 = await c6.apply(s6, u5)), h5;
            })();
            let d3 = a3.apply(s6, u5);
            return d3 === false && (d3 = c6.apply(s6, u5)), d3;
          };
        }
        r6.hooks = s6;
      }
      if (n5.walkTokens) {
        let s6 = this.defaults.walkTokens, o6 = n5.walkTokens;
        r6.walkTokens = function(i7) {
          let a3 = [];
          return M3(a3, o6.call(this, i7)), s6 && M3(a3, s6.call(this, i7)), a3;
        };
      }
      this.defaults = { ...this.defaults, ...r6 };
    }), this;
  }
  setOptions(e5) {
    return this.defaults = { ...this.defaults, ...e5 }, this;
  }
  lexer(e5, t5) {
    return w2.lex(e5, t5 ?? this.defaults);
  }
  parser(e5, t5) {
    return P2.parse(e5, t5 ?? this.defaults);
  }
  parseMarkdown(e5) {
    return (n5, r6) => {
      let s6 = { ...r6 }, o6 = { ...this.defaults, ...s6 }, i7 = this.onError(!!o6.silent, !!o6.async);
      if (this.defaults.async === true && s6.async === false) return i7(new Error("marked(): The async option was set to true by an extension. Remove async: false from the parse options object to return a Promise."));
      if (typeof n5 > "u" || n5 === null) return i7(new Error("marked(): input parameter is undefined or null"));
      if (typeof n5 != "string") return i7(new Error("marked(): input parameter is of type " + Object.prototype.toString.call(n5) + ", string expected"));
      if (o6.hooks && (o6.hooks.options = o6, o6.hooks.block = e5), o6.async) return (async () => {
        let a3 = o6.hooks ? await o6.hooks.preprocess(n5) : n5, u5 = await (o6.hooks ? await o6.hooks.provideLexer(e5) : e5 ? w2.lex : w2.lexInline)(a3, o6), d3 = o6.hooks ? await o6.hooks.processAllTokens(u5) : u5;
        o6.walkTokens && await Promise.all(this.walkTokens(d3, o6.walkTokens));
        let p4 = await (o6.hooks ? await o6.hooks.provideParser(e5) : e5 ? P2.parse : P2.parseInline)(d3, o6);
        return o6.hooks ? await o6.hooks.postprocess(p4) : p4;
      })().catch(i7);
      try {
        o6.hooks && (n5 = o6.hooks.preprocess(n5));
        let c6 = (o6.hooks ? o6.hooks.provideLexer(e5) : e5 ? w2.lex : w2.lexInline)(n5, o6);
        o6.hooks && (c6 = o6.hooks.processAllTokens(c6)), o6.walkTokens && this.walkTokens(c6, o6.walkTokens);
        let d3 = (o6.hooks ? o6.hooks.provideParser(e5) : e5 ? P2.parse : P2.parseInline)(c6, o6);
        return o6.hooks && (d3 = o6.hooks.postprocess(d3)), d3;
      } catch (a3) {
        return i7(a3);
      }
    };
  }
  onError(e5, t5) {
    return (n5) => {
      if (n5.message += `
Please report this to https://github.com/markedjs/marked.`, e5) {
        let r6 = "<p>An error occurred:</p><pre>" + y3(n5.message + "", true) + "</pre>";
        return t5 ? Promise.resolve(r6) : r6;
      }
      if (t5) return Promise.reject(n5);
      throw n5;
    };
  }
};
var v3 = new ne();
function x2(l6, e5) {
  return v3.parse(l6, e5);
}
x2.options = x2.setOptions = function(l6) {
  return v3.setOptions(l6), x2.defaults = v3.defaults, ue(x2.defaults), x2;
};
x2.getDefaults = G;
x2.defaults = S3;
function jt(...l6) {
  return v3.use(...l6), x2.defaults = v3.defaults, ue(x2.defaults), x2;
}
x2.use = jt;
x2.walkTokens = function(l6, e5) {
  return v3.walkTokens(l6, e5);
};
x2.parseInline = v3.parseInline;
x2.Parser = P2;
x2.parser = P2.parse;
x2.Renderer = I2;
x2.TextRenderer = z2;
x2.Lexer = w2;
x2.lexer = w2.lex;
x2.Tokenizer = _2;
x2.Hooks = A2;
x2.parse = x2;
var En = x2.options;
var zn = x2.setOptions;
var Mn = x2.walkTokens;
var Bn = x2.parseInline;
var qn = P2.parse;
var vn = w2.lex;

// src/markdown/lex.ts
var MAX_MARKERS = 32;
var MARKER = "[ \\t]*(?:>|[-*+](?=[ \\t])|\\d{1,9}[.)](?=[ \\t]))";
var TOO_DEEP = new RegExp(`^((?:${MARKER}){${MAX_MARKERS}})(?:${MARKER})+`, "gm");
var TOO_INDENTED = /^([ \t]{160})[ \t]+/gm;
function bounded(source) {
  return source.replace(TOO_DEEP, "$1").replace(TOO_INDENTED, "$1");
}
function lex(source, links) {
  const lexer = new w2({ gfm: true });
  lexer.tokens.links = links;
  try {
    return lexer.lex(bounded(source));
  } catch {
    return [{ type: "paragraph", raw: source, text: source, tokens: [{ type: "text", raw: source, text: source }] }];
  }
}
function newLinks() {
  return /* @__PURE__ */ Object.create(null);
}
function copyOf(links) {
  return Object.assign(newLinks(), links);
}
function learnLinks(tokens, links) {
  for (const token of tokens) {
    if (token.type === "def") links[token.tag] ??= { href: token.href, title: token.title };
    else if (token.type === "list") learnLinks(token.items, links);
    else if (token.type === "list_item" || token.type === "blockquote") learnLinks(token.tokens ?? [], links);
  }
}

// src/markdown/marks.ts
var OPEN = "\uE000";
var CLOSE = "\uE001";
var RESERVED = /[\ue000\ue001]/g;
var MARK = /\ue000(\d+)\ue001/g;
function utf16Index(text, codePoints) {
  if (!/[\ud800-\udfff]/.test(text)) return Math.min(codePoints, text.length);
  let at2 = 0;
  for (let left = codePoints; left > 0 && at2 < text.length; left--) at2 += (text.codePointAt(at2) ?? 0) > 65535 ? 2 : 1;
  return at2;
}
function gapAfter(text, index) {
  let at2 = index;
  while (at2 < text.length && !/\s/.test(text[at2] ?? "")) at2++;
  return at2;
}
function withMarks(source, marks) {
  if (marks.length === 0) return source;
  const clean = source.replace(RESERVED, "\uFFFD");
  const placed = marks.map((mark, number) => ({ number, at: gapAfter(clean, utf16Index(clean, mark.index)) })).sort((a3, b3) => a3.at - b3.at || a3.number - b3.number);
  let result = "";
  let from = 0;
  for (const { number, at: at2 } of placed) {
    result += clean.slice(from, at2) + OPEN + String(number) + CLOSE;
    from = at2;
  }
  return result + clean.slice(from);
}
function withoutMarks(text) {
  return text.includes(OPEN) ? text.replace(MARK, "").replace(RESERVED, "") : text;
}
function splitMarks(text) {
  if (!text.includes(OPEN)) return [text];
  const parts = text.split(MARK).map((part, at2) => at2 % 2 === 1 ? Number(part) : part.replace(RESERVED, ""));
  return parts.filter((part) => part !== "");
}

// src/markdown/morph.ts
function sameKind(a3, b3) {
  return a3.nodeType === b3.nodeType && a3.nodeName === b3.nodeName;
}
function syncAttributes(from, to) {
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
}
function syncNode(from, to) {
  if (from instanceof Text) {
    syncText(from, to.nodeValue ?? "");
  } else if (from instanceof Element && to instanceof Element) {
    syncAttributes(from, to);
    morphChildren(from, [...to.childNodes], 0);
  }
}
function syncText(node, value) {
  if (node.data === value) return;
  if (value.startsWith(node.data)) node.appendData(value.slice(node.data.length));
  else node.data = value;
}
function morphChildren(parent, wanted, from) {
  wanted.forEach((node, offset) => {
    const present = parent.childNodes[from + offset];
    if (present === void 0) parent.appendChild(node);
    else if (sameKind(present, node)) syncNode(present, node);
    else parent.replaceChild(node, present);
  });
  while (parent.childNodes.length > from + wanted.length) parent.lastChild?.remove();
}

// src/markdown/repair.ts
var FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})/;
var DANGLING = /^[ \t>]*(?:[-*+=_]+|#{1,6}|\d{1,9}[.)]?|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*)?[ \t]*$/;
var BLOCK_START = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]+|\|)/;
var TABLE_ROW = /^[ \t]*\|/;
var DELIMITER_PART = /^[ \t]*\|?[ \t:|-]*$/;
var OPEN_IMAGE = /!(?:\[[^\]\n]*(?:\](?:\([^)\n]*)?)?)?$/;
var OPEN_ADDRESS = /\[([^\][\n]*)\](?:\([^)\n]*)$/;
var OPEN_LABEL = /(^|[\s(*_])\[([^\][\n]*)$/;
function openFence(source) {
  let open = null;
  for (const line of source.split("\n")) {
    const marker = FENCE.exec(line)?.[1];
    if (open === null) open = marker ?? null;
    else if (marker !== void 0 && closes(line, marker, open)) open = null;
  }
  return open;
}
function closes(line, marker, open) {
  return marker[0] === open[0] && marker.length >= open.length && line.trimEnd().endsWith(marker);
}
function repaired(source) {
  const fence = openFence(source);
  if (fence !== null) return withoutPartialFence(source, fence);
  const lineAt = source.lastIndexOf("\n") + 1;
  const before = source.slice(0, lineAt);
  const line = source.slice(lineAt);
  const table = repairedTable(before, line);
  if (table !== null) return table;
  if (DANGLING.test(line)) return before;
  const scopeAt = scopeStart(source, lineAt);
  return source.slice(0, scopeAt) + repairedInline(source.slice(scopeAt));
}
function withoutPartialFence(source, fence) {
  const lineAt = source.lastIndexOf("\n") + 1;
  const line = source.slice(lineAt).trim();
  const isFirst = FENCE.test(source.slice(lineAt));
  const isPart = line !== "" && line.length < fence.length && fence.startsWith(line);
  return isPart || isFirst && line.length > 0 ? source.slice(0, lineAt) : source;
}
function repairedTable(before, line) {
  const lines = before.split("\n");
  const previous = lines.at(-2) ?? "";
  const headerIsPrevious = TABLE_ROW.test(previous) && !TABLE_ROW.test(lines.at(-3) ?? "");
  if (headerIsPrevious && DELIMITER_PART.test(line)) return before + delimiterFor(previous);
  return TABLE_ROW.test(line) && !TABLE_ROW.test(previous) ? before : null;
}
function delimiterFor(header) {
  const columns = header.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).length;
  return `|${" --- |".repeat(columns)}`;
}
function scopeStart(source, lineAt) {
  let at2 = lineAt;
  for (; ; ) {
    const end = source.indexOf("\n", at2);
    const line = source.slice(at2, end === -1 ? source.length : end);
    const marker = BLOCK_START.exec(line)?.[0];
    if (marker !== void 0) return marker.endsWith("|") ? Math.max(at2, source.lastIndexOf("|") + 1) : at2 + marker.length;
    const previousAt = source.lastIndexOf("\n", at2 - 2) + 1;
    if (at2 === 0 || source.slice(previousAt, at2).trim() === "") return at2;
    at2 = previousAt;
  }
}
function repairedInline(text) {
  const code = openCode(text);
  if (code !== null) return code;
  return closeEmphasis(closeLinks(text));
}
function openCode(text) {
  const runs = [...text.matchAll(/\\.|`+/gs)].filter(([run]) => run.startsWith("`"));
  for (let at2 = 0; at2 < runs.length; at2++) {
    const [run] = runs[at2] ?? [""];
    const closing = runs.findIndex(([other], index) => index > at2 && other === run);
    if (closing === -1) return closedCode(text, runs[at2]?.index ?? 0, run);
    at2 = closing;
  }
  return null;
}
function closedCode(text, at2, run) {
  const content = text.slice(at2 + run.length).replace(/`+$/, "");
  const before = text.slice(0, at2);
  return content.trim() === "" ? closeEmphasis(before) : closeEmphasis(before + run + content + run);
}
function closeLinks(text) {
  return text.replace(OPEN_IMAGE, (part) => part === "!" ? part : "").replace(OPEN_ADDRESS, "$1").replace(OPEN_LABEL, (_3, lead, label) => lead + (label.length < 2 ? "" : label));
}
function closeEmphasis(text) {
  const body = text.replace(/(?<!\\)(?:[*_]{1,3}|~{1,2})$/, (run, at2) => endsEmphasis(text.slice(0, at2), run) ? run : "");
  const closers = openDelimiters(body).reverse().map(({ character: character2, length }) => character2.repeat(length)).join("");
  const trimmed = body.trimEnd();
  return closers === "" ? body : trimmed + closers;
}
function endsEmphasis(before, run) {
  const top = openDelimiters(before).at(-1);
  return !/\s$/.test(before) && top !== void 0 && top.character === run[0] && top.length <= run.length;
}
function openDelimiters(text) {
  const open = [];
  for (const match of text.matchAll(/\\.|`+[^`]*`+|\*{1,3}|_{1,3}|~~/gs)) {
    const [run] = match;
    if (run.startsWith("\\") || run.startsWith("`")) continue;
    apply(open, run, text[match.index - 1] ?? " ", text[match.index + run.length] ?? " ");
  }
  return open;
}
function apply(open, run, previous, next) {
  const character2 = run[0] ?? "";
  const isWordInside = character2 === "_" && /\w/.test(previous) && /\w/.test(next);
  if (isWordInside) return;
  const top = open.at(-1);
  const canClose = !/\s/.test(previous);
  if (canClose && top?.character === character2) shrink(open, top, run.length);
  else if (!/\s/.test(next) && (character2 !== "_" || !/\w/.test(previous))) open.push({ character: character2, length: run.length });
}
function shrink(open, top, by) {
  top.length -= Math.min(top.length, by);
  if (top.length === 0) open.pop();
}

// src/markdown/entities.ts
var NAMED = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\xA0",
  copy: "\xA9",
  reg: "\xAE",
  trade: "\u2122",
  hellip: "\u2026",
  mdash: "\u2014",
  ndash: "\u2013",
  lsquo: "\u2018",
  rsquo: "\u2019",
  ldquo: "\u201C",
  rdquo: "\u201D",
  laquo: "\xAB",
  raquo: "\xBB",
  times: "\xD7",
  divide: "\xF7",
  deg: "\xB0",
  plusmn: "\xB1",
  minus: "\u2212",
  micro: "\xB5",
  middot: "\xB7",
  bull: "\u2022",
  para: "\xB6",
  sect: "\xA7",
  euro: "\u20AC",
  pound: "\xA3",
  yen: "\xA5",
  cent: "\xA2",
  larr: "\u2190",
  uarr: "\u2191",
  rarr: "\u2192",
  darr: "\u2193",
  harr: "\u2194",
  le: "\u2264",
  ge: "\u2265",
  ne: "\u2260",
  asymp: "\u2248",
  infin: "\u221E",
  sum: "\u2211",
  radic: "\u221A",
  pi: "\u03C0",
  alpha: "\u03B1",
  beta: "\u03B2",
  gamma: "\u03B3",
  delta: "\u03B4",
  lambda: "\u03BB",
  mu: "\u03BC",
  sigma: "\u03C3",
  omega: "\u03C9",
  frac12: "\xBD",
  frac14: "\xBC",
  sup2: "\xB2",
  sup3: "\xB3",
  check: "\u2713",
  shy: "\xAD",
  ensp: "\u2002",
  emsp: "\u2003",
  thinsp: "\u2009",
  zwj: "\u200D",
  zwnj: "\u200C",
  auml: "\xE4",
  ouml: "\xF6",
  uuml: "\xFC",
  Auml: "\xC4",
  Ouml: "\xD6",
  Uuml: "\xDC",
  szlig: "\xDF",
  eacute: "\xE9",
  egrave: "\xE8",
  ccedil: "\xE7"
};
var REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,30}));/gi;
function character(codePoint) {
  const invalid = codePoint === 0 || codePoint > 1114111 || codePoint >= 55296 && codePoint <= 57343;
  return invalid ? "\uFFFD" : String.fromCodePoint(codePoint);
}
function decodeEntities(text) {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (whole, hex, decimal, name) => {
    if (hex !== void 0) return character(Number.parseInt(hex, 16));
    if (decimal !== void 0) return character(Number.parseInt(decimal, 10));
    return (name !== void 0 && Object.hasOwn(NAMED, name) ? NAMED[name] : void 0) ?? whole;
  });
}

// src/markdown/render.ts
var MAX_DEPTH = 16;
var LANGUAGE = /^[\w+#.-]{1,24}/;
function make(name, ...children) {
  const node = document.createElement(name);
  node.append(...children);
  return node;
}
function asNode(part) {
  return typeof part === "string" ? document.createTextNode(part) : part;
}
function renderBlocks(tokens, options) {
  return new Renderer(options).blocks(tokens, 0);
}
var Renderer = class {
  constructor(options) {
    this.options = options;
  }
  blocks(tokens, depth) {
    return tokens.flatMap((token) => this.block(token, depth));
  }
  block(token, depth) {
    switch (token.type) {
      case "space":
      case "def":
        return [];
      case "heading":
        return token.text === "" ? [] : [this.heading(token)];
      case "paragraph":
        return [make("p", ...this.inline(token.tokens, depth))];
      case "code":
        return [this.code(token)];
      case "blockquote":
        return [depth >= MAX_DEPTH ? make("p", token.text) : make("blockquote", ...this.blocks(token.tokens, depth + 1))];
      case "list":
        return [depth >= MAX_DEPTH ? make("p", token.raw) : this.list(token, depth)];
      case "table":
        return [this.table(token, depth)];
      case "hr":
        return [make("hr")];
      case "html":
        return [make("p", withoutMarks(token.text.replace(/\n+$/, "")))];
      default:
        return this.inline([token], depth).map(asNode);
    }
  }
  heading(token) {
    const level = Math.min(6, this.options.headingLevel + token.depth - 1);
    return make(`h${level}`, ...this.inline(token.tokens, 0));
  }
  code(token) {
    const language = LANGUAGE.exec(token.lang ?? "")?.[0] ?? "";
    const label = make("span", language);
    label.className = "code-language";
    const copy = make("button", this.options.copyLabel);
    copy.type = "button";
    copy.className = "code-copy";
    const bar = make("div", label, copy);
    bar.className = "code-bar";
    const pre = make("pre", make("code", withoutMarks(token.text)));
    pre.tabIndex = 0;
    const figure = make("div", bar, pre);
    figure.className = "code";
    figure.dir = "ltr";
    return figure;
  }
  list(token, depth) {
    const list = make(token.ordered ? "ol" : "ul", ...token.items.map((item) => this.listItem(item, depth)));
    if (token.ordered && typeof token.start === "number" && token.start !== 1) {
      list.setAttribute("start", String(token.start));
    }
    return list;
  }
  listItem(item, depth) {
    const node = make("li", ...this.blocks(item.tokens, depth + 1));
    if (item.task) node.className = "task";
    return node;
  }
  table(token, depth) {
    const head = make("thead", make("tr", ...token.header.map((cell) => this.cell("th", cell, depth))));
    const body = make("tbody", ...token.rows.map((row) => make("tr", ...row.map((cell) => this.cell("td", cell, depth)))));
    const scroll = make("div", make("table", head, body));
    scroll.className = "table";
    scroll.tabIndex = 0;
    return scroll;
  }
  cell(name, cell, depth) {
    const node = make(name, ...this.inline(cell.tokens, depth));
    if (name === "th") node.setAttribute("scope", "col");
    if (cell.align !== null) node.className = `align-${cell.align}`;
    return node;
  }
  inline(tokens, depth) {
    return (tokens ?? []).flatMap((token) => this.span(token, depth));
  }
  span(token, depth) {
    switch (token.type) {
      case "text":
        return token.tokens === void 0 ? this.text(token) : this.inline(token.tokens, depth);
      case "escape":
        return [token.text];
      case "strong":
      case "em":
      case "del":
        return depth >= MAX_DEPTH ? this.marked(token.text) : [make(token.type, ...this.inline(token.tokens, depth + 1))];
      case "codespan":
        return this.codespan(token);
      case "br":
        return [make("br")];
      case "link":
        return [this.link(token, depth)];
      case "image":
        return [this.image(token)];
      case "checkbox":
        return [this.checkbox(token), " "];
      case "html":
        return this.marked(token.text);
      default:
        return "raw" in token ? this.marked(token.raw) : [];
    }
  }
  text(token) {
    return this.marked(token.escaped === true ? token.text : decodeEntities(token.text));
  }
  marked(text) {
    return splitMarks(text).map((part) => typeof part === "string" ? part : this.superscript(part));
  }
  superscript(number) {
    const mark = this.options.marks[number];
    if (mark === void 0) return document.createTextNode("");
    const href = mark.href === null ? null : safeHref(mark.href);
    const node = href === null ? make("span", mark.label) : anchor(href, [mark.label]);
    node.title = mark.title;
    node.className = "citation";
    return make("sup", node);
  }
  codespan(token) {
    const marks = splitMarks(token.text).filter((part) => typeof part === "number");
    return [make("code", withoutMarks(token.text)), ...marks.map((number) => this.superscript(number))];
  }
  link(token, depth) {
    const address = withoutMarks(token.href);
    const href = safeHref(token.autolink === true ? address : decodeEntities(address));
    const label = depth >= MAX_DEPTH ? [withoutMarks(token.text)] : this.label(token, depth);
    return href === null ? make("span", ...label) : anchor(href, label, token.title);
  }
  label(token, depth) {
    return token.autolink === true ? [withoutMarks(token.text)] : this.inline(token.tokens, depth + 1);
  }
  /** A picture from elsewhere is only a link: fetching it would carry the thread's words out. */
  image(token) {
    const address = decodeEntities(withoutMarks(token.href));
    const alt = decodeEntities(withoutMarks(token.text));
    const source = safeImageSource(address, this.options.imageDomains);
    if (source === null) return this.imageLink(address, alt);
    const image = make("img");
    image.alt = alt;
    image.loading = "lazy";
    image.decoding = "async";
    image.referrerPolicy = "no-referrer";
    image.src = source;
    return image;
  }
  imageLink(address, alt) {
    const href = safeHref(address);
    return href === null ? make("span", alt) : anchor(href, [alt === "" ? href : alt]);
  }
  checkbox(token) {
    const box = make("input");
    box.type = "checkbox";
    box.disabled = true;
    if (token.checked) box.setAttribute("checked", "");
    box.setAttribute("aria-label", this.options.taskLabel(token.checked));
    return box;
  }
};
function anchor(href, label, title) {
  const link = make("a", ...label);
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (title != null && title !== "") link.title = decodeEntities(title);
  return link;
}

// src/markdown/stream.ts
var DEFAULTS = {
  headingLevel: 3,
  imageDomains: [],
  marks: [],
  copyLabel: "Copy",
  taskLabel: (checked) => checked ? "Done" : "To do"
};
var LONG_NODES = 40;
var MarkdownStream = class {
  constructor(options = {}) {
    this.source = "";
    this.links = newLinks();
    this.committedTo = 0;
    this.committedNodes = 0;
    this.linksAtCommit = null;
    this.fence = null;
    this.options = { ...DEFAULTS, ...options };
    this.node = document.createElement("div");
    this.node.className = "markdown";
    this.node.dir = "auto";
  }
  /** Renders everything anew with other options at the next update. */
  configure(options) {
    this.options = { ...this.options, ...options };
    this.reset();
  }
  /** Shows `text`. While `isOpen`, more is expected and half-written syntax is kept out of sight. */
  update(text, isOpen) {
    const source = withMarks(text, this.options.marks);
    if (!source.startsWith(this.source.slice(0, this.committedTo))) this.reset();
    const grows = source.startsWith(this.source);
    this.source = source;
    if (isOpen && grows && this.appendToFence()) return;
    this.fence = null;
    if (isOpen) this.showTail(source.slice(this.committedTo));
    else this.finish();
  }
  reset() {
    this.links = newLinks();
    this.committedTo = 0;
    this.committedNodes = 0;
    this.linksAtCommit = null;
    this.fence = null;
    this.source = "";
  }
  showTail(tail) {
    const tokens = lex(repaired(tail), copyOf(this.links));
    const cut = this.cutOf(tokens, tail);
    const done2 = renderBlocks(tokens.slice(0, cut), this.options);
    const rest = renderBlocks(tokens.slice(cut), this.options);
    morphChildren(this.node, [...done2, ...rest], this.committedNodes);
    this.commit(tokens.slice(0, cut), done2.length);
    this.watchFence(tokens.at(-1));
  }
  /** A block is finished once another begins behind it with a complete line and a second one: a table header needs its delimiter. */
  cutOf(tokens, tail) {
    const lastLine = newlines(tail) - 1;
    let line = 0;
    let cut = 0;
    tokens.forEach((token, at2) => {
      if (token.type !== "space" && line < lastLine) cut = at2;
      line += newlines(token.raw);
    });
    return cut;
  }
  commit(tokens, nodes) {
    if (tokens.length === 0) return;
    const lines = tokens.reduce((sum, token) => sum + newlines(token.raw), 0);
    this.committedTo = offsetOfLine(this.source, this.committedTo, lines);
    this.committedNodes += nodes;
    this.node.classList.toggle("long", this.committedNodes > LONG_NODES);
    learnLinks(tokens, this.links);
    this.linksAtCommit ??= Object.keys(this.links).length;
  }
  /** A reference may be defined below its use: then everything is rendered once more, and only what differs changes. */
  finish() {
    const tokens = lex(this.source.slice(this.committedTo), this.links);
    const hasLateLinks = this.linksAtCommit !== null && Object.keys(this.links).length > this.linksAtCommit;
    if (!hasLateLinks) return morphChildren(this.node, renderBlocks(tokens, this.options), this.committedNodes);
    this.links = newLinks();
    morphChildren(this.node, renderBlocks(lex(this.source, this.links), this.options), 0);
  }
  watchFence(last) {
    const tail = this.source.slice(this.committedTo);
    if (last?.type !== "code" || this.options.marks.length > 0 || tail.includes("\r")) return;
    const head = /^(`{3,}|~{3,})[^\n]*\n/.exec(tail);
    const text = this.node.lastElementChild?.querySelector("pre code")?.firstChild;
    const marker = head?.[1];
    if (head === null || marker === void 0 || !(text instanceof Text) || openFence(tail) !== marker) return;
    if (!tail.startsWith(text.data, head[0].length)) return;
    const shownTo = this.committedTo + head[0].length + text.data.length;
    this.fence = { text, closing: closingOf(marker), shownTo, lineAt: this.source.lastIndexOf("\n") + 1 };
  }
  appendToFence() {
    const fence = this.fence;
    if (fence === null) return false;
    const fresh = this.source.slice(fence.lineAt);
    if (fence.closing.test(fresh) || fresh.includes("\r")) return false;
    const end = this.source.length - trailingLines(fresh);
    if (end > fence.shownTo) {
      fence.text.appendData(this.source.slice(fence.shownTo, end));
      fence.shownTo = end;
    }
    fence.lineAt = this.source.lastIndexOf("\n") + 1;
    return true;
  }
};
function newlines(text) {
  let count = 0;
  for (let at2 = text.indexOf("\n"); at2 !== -1; at2 = text.indexOf("\n", at2 + 1)) count++;
  return count;
}
function offsetOfLine(source, from, lines) {
  const breaks = /\r\n|\r|\n/g;
  breaks.lastIndex = from;
  for (let left = lines; left > 0; left--) if (breaks.exec(source) === null) return source.length;
  return lines === 0 ? from : breaks.lastIndex;
}
function closingOf(marker) {
  return new RegExp(`^ {0,3}${marker[0] ?? ""}+[ \\t]*$`, "m");
}
function trailingLines(text) {
  return text.length - text.replace(/\n+$/, "").length;
}

// src/ui/markdown-part.ts
var MarkdownDirective = class extends f3 {
  constructor() {
    super(...arguments);
    this.paced = new Paced();
    this.stream = null;
    this.settings = null;
  }
  render(source, isOpen, settings) {
    const stream = this.streamFor(settings);
    const show2 = () => stream.update(source, isOpen);
    this.paced.run(show2);
    if (!isOpen) this.paced.flush();
    return stream.node;
  }
  disconnected() {
    this.paced.flush();
  }
  streamFor(settings) {
    if (this.stream === null) this.stream = new MarkdownStream(settings);
    else if (settings !== this.settings) this.stream.configure(settings);
    this.settings = settings;
    return this.stream;
  }
};
var markdown = e4(MarkdownDirective);

// src/ui/screens.ts
var MAX_PROMPTS = 4;
function headerButton(name, label, run, extra = "") {
  return b2`<button type="button" class="icon-button ${extra}" aria-label=${label} title=${label} @click=${run}>${icon(name)}</button>`;
}
function words(name) {
  return name.replace(/^lucide:/, "").replaceAll("-", " ");
}
function headerTemplate(options, view, strings, isHistoryOpen, run) {
  const { enabled = true, title, leftAction, rightAction } = options.header ?? {};
  if (!enabled) return A;
  const text = title?.text ?? view.thread?.title ?? "";
  const historyLabel = isHistoryOpen ? strings.closeHistory : strings.openHistory;
  return b2`<header>
    ${leftAction === void 0 ? A : headerButton(leftAction.icon, words(leftAction.icon), leftAction.onClick)}
    ${options.history?.enabled === false ? A : headerButton("history", historyLabel, run.toggleHistory, "history-button")}
    <h2 class="title">${title?.enabled === false ? A : b2`<bdi class="line">${text}</bdi>`}</h2>
    ${view.thread === null && view.items.length === 0 ? A : headerButton("compose", strings.newChat, run.newChat)}
    ${rightAction === void 0 ? A : headerButton(rightAction.icon, words(rightAction.icon), rightAction.onClick)}
  </header>`;
}
function startTemplate(options, strings, pick2) {
  const prompts2 = (options.startScreen?.prompts ?? []).slice(0, MAX_PROMPTS);
  return b2`<div class="start">
    <h2 class="greeting" dir="auto">${options.startScreen?.greeting ?? strings.greeting}</h2>
    ${prompts2.length === 0 ? A : b2`<ul class="prompts" aria-label=${strings.suggestions}>
      ${prompts2.map((prompt) => b2`<li><button type="button" class="prompt" @click=${() => pick2(prompt)}>
        ${icon(prompt.icon ?? "sparkle")}<span dir="auto">${prompt.label}</span></button></li>`)}
    </ul>`}
  </div>`;
}
function loadingTemplate(strings) {
  const lines = [92, 84, 96, 60];
  return b2`<div class="skeleton thread-skeleton" role="status" aria-label=${strings.loading}>
    <span class="bone user-bone"></span>${lines.map((width) => b2`<span class="bone w${width}"></span>`)}
    <span class="bone user-bone short"></span>${lines.slice(1).map((width) => b2`<span class="bone w${width}"></span>`)}
  </div>`;
}
function noticesTemplate(notices, strings, settings, dismiss) {
  if (notices.length === 0) return A;
  return b2`<div class="notices">${notices.map((notice) => b2`<div class="card ${notice.level}" role="group" aria-label=${strings.notice[notice.level]}>
    ${icon(notice.level)}
    <div class="card-text">${notice.title === null ? A : b2`<strong>${notice.title}</strong>`}${markdown(notice.message, false, settings)}</div>
    <button type="button" class="icon-button small" aria-label=${strings.dismiss} title=${strings.dismiss} @click=${() => dismiss(notice.id)}>${icon("close")}</button>
  </div>`)}</div>`;
}
function closedTemplate(reason, strings, newChat) {
  return b2`<div class="closed" role="status">${icon("info")}<p dir="auto">${reason ?? strings.closed}</p>
    <button type="button" class="button" @click=${newChat}>${icon("compose")}${strings.startNewChat}</button></div>`;
}
function disclaimerTemplate(options, settings) {
  const disclaimer = options.disclaimer;
  if (disclaimer === void 0) return A;
  return b2`<div class="disclaimer ${disclaimer.highContrast === true ? "high" : ""}">${markdown(disclaimer.text, false, settings)}</div>`;
}

// src/ui/scroll.ts
var NEAR_PX = 48;
var EARLIER_PX = 600;
var ScrollKeeper = class {
  constructor(events) {
    /** The end of the thread is in sight, so new text is followed. */
    this.isPinned = true;
    this.follows = true;
    this.scroller = null;
    this.lastTop = 0;
    this.onScroll = () => {
      const top = this.scroller?.scrollTop ?? 0;
      const isUpward = top < this.lastTop - 1;
      this.lastTop = top;
      if (isUpward && this.distance > 4) this.isPinned = false;
      else if (this.distance < NEAR_PX) this.isPinned = true;
      this.check();
    };
    this.events = events;
    this.sizes = new ResizeObserver(() => this.settle());
  }
  attach(scroller, content) {
    if (scroller === this.scroller) return;
    this.detach();
    this.scroller = scroller;
    scroller.addEventListener("scroll", this.onScroll, { passive: true });
    this.sizes.observe(scroller);
    this.sizes.observe(content);
  }
  detach() {
    this.scroller?.removeEventListener("scroll", this.onScroll);
    this.sizes.disconnect();
    this.scroller = null;
  }
  /** The distance to the end, in pixels. */
  get distance() {
    const node = this.scroller;
    return node === null ? 0 : node.scrollHeight - node.clientHeight - node.scrollTop;
  }
  toEnd(isSmooth = false) {
    this.isPinned = true;
    const node = this.scroller;
    node?.scrollTo({ top: node.scrollHeight, behavior: isSmooth ? "smooth" : "instant" });
    this.events.onMoved();
  }
  /** Runs `change`, which puts content above, and leaves what the reader sees where it was. */
  hold(anchor2, change) {
    const before = anchor2?.getBoundingClientRect().top ?? 0;
    change();
    const after = anchor2?.getBoundingClientRect().top ?? 0;
    if (this.scroller !== null && after !== before) this.scroller.scrollTop += after - before;
  }
  /** Called after every change of the content or the size. */
  settle() {
    const node = this.scroller;
    if (node === null) return;
    if (this.isPinned && this.follows) node.scrollTop = node.scrollHeight;
    this.lastTop = node.scrollTop;
    this.check();
  }
  check() {
    this.events.onMoved();
    if ((this.scroller?.scrollTop ?? 0) < EARLIER_PX) this.events.onNearTop();
  }
};

// src/ui/strings.ts
var english = {
  chat: "Chat",
  conversation: "Conversation",
  newChat: "New chat",
  untitled: "New conversation",
  history: "Chats",
  openHistory: "Show chats",
  closeHistory: "Close chats",
  greeting: "What can I help with today?",
  suggestions: "Suggestions",
  you: "You",
  assistant: "Assistant",
  placeholder: "Message the AI",
  message: "Message",
  send: "Send",
  stop: "Stop",
  responding: "The assistant is answering.",
  finished: "The answer is complete.",
  working: "Working",
  stopped: "Stopped",
  stoppedAnnounced: "The answer was stopped.",
  loading: "Loading",
  jumpToLatest: "Jump to the latest message",
  copy: "Copy",
  copied: "Copied",
  copyAnswer: "Copy answer",
  goodAnswer: "Good answer",
  badAnswer: "Bad answer",
  retry: "Retry",
  retryAnswer: "Answer again",
  tryAgain: "Try again",
  errorTitle: "Something went wrong",
  notSent: "Not sent.",
  dismiss: "Dismiss",
  locked: "This conversation is locked.",
  closed: "This conversation is closed.",
  startNewChat: "Start a new chat",
  loadingThread: "Loading the conversation\u2026",
  sources: (count) => count === 1 ? "1 source" : `${count} sources`,
  quote: "Quoting",
  removeQuote: "Remove the quote",
  chooseTool: "Choose a tool",
  removeTool: (label) => `Stop using ${label}`,
  model: "Model",
  thinking: "Thinking",
  thought: "Thought",
  thoughtFor: (duration) => `Thought for ${duration}`,
  searching: "Searching the web",
  searched: "Searched the web",
  readingFiles: "Reading files",
  readFiles: "Read files",
  creatingImage: "Creating an image",
  createdImage: "Created an image",
  generatedImage: "Generated image",
  workingOn: "Working on it",
  steps: (count) => count === 1 ? "1 step" : `${count} steps`,
  skipped: "Skipped",
  taskDone: "Done",
  taskOpen: "To do",
  threadActions: "More for this chat",
  rename: "Rename",
  renameTo: "New title",
  delete: "Delete",
  deleted: "Chat deleted",
  undo: "Undo",
  more: "Show more",
  noThreads: "No chats yet",
  noThreadsHint: "What you talk about will be kept here.",
  threadsFailed: "The chats could not be loaded.",
  renameFailed: "The new title could not be saved.",
  deleteFailed: "The chat could not be deleted.",
  lastSevenDays: "Last 7 days",
  notice: { info: "Information", warning: "Warning", danger: "Problem" }
};

// src/ui/styles/base.ts
var base = i`
  :host {
    display: block;
    block-size: 100%;
    min-block-size: 0;
    color: var(--n12);
    background: var(--n1);
    font: 400 var(--size) / 1.55 var(--font);
    -webkit-text-size-adjust: 100%;
    text-rendering: optimizeLegibility;
    -webkit-font-smoothing: antialiased;
    overflow-wrap: anywhere;
  }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h2, h3, p, ul, ol, dl, dd, figure, blockquote { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button, input, textarea { font: inherit; color: inherit; margin: 0; letter-spacing: inherit; }
  button { background: none; border: 0; padding: 0; cursor: pointer; -webkit-tap-highlight-color: transparent; touch-action: manipulation; }
  button:disabled { cursor: default; }
  a { color: var(--link); text-decoration-line: underline; text-decoration-thickness: 1px; text-underline-offset: 0.18em; text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
  a:hover { text-decoration-color: currentColor; }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
  ::selection { background: color-mix(in srgb, var(--link) 24%, transparent); }
  .icon { inline-size: 1.25em; block-size: 1.25em; flex: none; display: block; }
  :dir(rtl) .icon.mirrored { transform: scaleX(-1); }
  /* One line at the start of its place, cut at the end of its own direction. */
  .line { display: block; inline-size: fit-content; max-inline-size: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .spring { flex: 1; }
  .visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .icon-button {
    display: inline-grid; place-items: center; flex: none;
    inline-size: 36px; block-size: 36px;
    color: var(--n11); border-radius: min(var(--radius-full), 10px);
    transition: background-color 120ms ease-out, color 120ms ease-out;
  }
  .icon-button.small { inline-size: 32px; block-size: 32px; color: var(--n10); }
  .icon-button.small .icon { inline-size: 1.125em; block-size: 1.125em; }
  .button, .text-button, .quiet-button, .chip { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; font-size: 0.875em; font-weight: 500; line-height: 1.3; }
  .button { padding: 7px 14px; border: 1px solid var(--n7); border-radius: var(--radius-full); background: var(--n1); }
  .button .icon, .quiet-button .icon, .chip .icon { inline-size: 1.15em; block-size: 1.15em; }
  .text-button { padding: 4px 8px; border-radius: var(--radius-s); color: inherit; text-decoration: underline; text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
  .quiet-button { padding: 6px 10px; border-radius: var(--radius-full); color: var(--n11); }
  .quiet-button .icon { color: var(--n10); }
  .chip { padding: 6px 10px; border: 1px solid var(--n6); border-radius: var(--radius-full); color: var(--n11); }
  .chip.selected { color: var(--link); border-color: transparent; background: color-mix(in srgb, var(--link) 11%, var(--n1)); }
  .icon-button[aria-pressed='true'] { color: var(--n12); }
  .icon-button[aria-pressed='true'] path:first-child { fill: color-mix(in srgb, currentColor 22%, transparent); }
  @media (hover: hover) {
    .icon-button:hover:enabled, .quiet-button:hover:enabled, .chip:hover:enabled, .text-button:hover:enabled { background: var(--n4); color: var(--n12); }
    .button:hover:enabled { background: var(--n3); }
    .chip.selected:hover:enabled { color: var(--link); background: color-mix(in srgb, var(--link) 17%, var(--n1)); }
  }
  .icon-button:active:enabled, .quiet-button:active:enabled, .button:active:enabled, .chip:active:enabled { background: var(--n5); }
  .icon-button:disabled, .quiet-button:disabled, .chip:disabled { color: var(--n8); }

  .tag { color: var(--link); font-weight: 500; background: color-mix(in srgb, var(--link) 10%, transparent); padding: 0.05em 0.4em; border-radius: var(--radius-s); }

  .card { display: flex; align-items: flex-start; gap: 10px; padding: calc(var(--unit) * 3) calc(var(--unit) * 3.5); border: 1px solid var(--n6); border-radius: var(--radius-m); font-size: 0.9375em; line-height: 1.5; }
  .card > .icon { margin-block-start: 0.12em; }
  .card-text { flex: 1; min-inline-size: 0; }
  .card-text > strong { display: block; font-weight: 600; }
  .card .markdown > :last-child { margin-block-end: 0; }
  .card .icon-button { margin: -5px -6px -5px 0; margin-inline: 0 -6px; }
  .card.info { background: var(--info-soft); border-color: var(--info-line); }
  .card.warning { background: var(--warning-soft); border-color: var(--warning-line); }
  .card.danger { background: var(--danger-soft); border-color: var(--danger-line); }
  .card.info > .icon { color: var(--info); }
  .card.warning > .icon { color: var(--warning); }
  .card.danger > .icon { color: var(--danger); }
  .card .button { background: var(--n1); align-self: center; }
  @container shell (inline-size < 480px) {
    .card:has(> .button) { flex-wrap: wrap; }
    .card:has(> .button) .card-text { flex-basis: calc(100% - 40px); }
    .card > .button { margin-inline-start: calc(1.25em + 10px); }
  }

  .inline-error { display: flex; align-items: center; gap: 8px; color: var(--danger); font-size: 0.875em; padding: 4px 8px; }

  .skeleton { display: grid; gap: 14px; }
  .bone { display: block; block-size: 0.8em; border-radius: var(--radius-s); background: var(--n4); opacity: 0; animation: appear 300ms ease-out 180ms forwards; }
  .w55 { inline-size: 55%; } .w60 { inline-size: 60%; } .w65 { inline-size: 65%; } .w70 { inline-size: 70%; } .w80 { inline-size: 80%; }
  .w84 { inline-size: 84%; } .w90 { inline-size: 90%; } .w92 { inline-size: 92%; } .w96 { inline-size: 96%; }
  @keyframes appear { to { opacity: 1; } }
  @keyframes pulse { 0%, 100% { opacity: 1; transform: scale(1); } 50% { opacity: 0.35; transform: scale(0.82); } }
  @keyframes breathe { 50% { opacity: 0.4; } }

  @media (pointer: coarse) {
    .icon-button, .icon-button.small { inline-size: 44px; block-size: 44px; }
    .button, .text-button, .quiet-button, .chip { min-block-size: 44px; }
  }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
    .bone { opacity: 1; }
  }
  @media (forced-colors: active) {
    .icon-button, .button, .quiet-button, .chip, .send { border: 1px solid ButtonBorder; }
    .card, .bubble, .menu { border: 1px solid CanvasText !important; }
    .bone { background: GrayText; }
    .icon-button[aria-pressed='true'] { background: Highlight; color: HighlightText; }
  }
`;

// src/ui/styles/composer.ts
var composer = i`
  .composer { display: flex; flex-direction: column; background: var(--n1); border: 1px solid var(--n7); border-radius: var(--radius-l); padding: calc(var(--unit) * 2); cursor: text; transition: border-color 140ms ease-out; }
  .composer:has(textarea:focus-visible) { border-color: var(--n9); }
  textarea:focus-visible { outline: 0; }
  .composer.blocked { background: var(--n2); border-color: var(--n6); cursor: default; }
  textarea { display: block; inline-size: 100%; resize: none; border: 0; outline: 0; background: none; padding: 0; margin: 4px 8px 2px; inline-size: calc(100% - 16px); line-height: 1.5; overflow: hidden; scrollbar-width: thin; font-size: max(1em, 16px); }
  @media (pointer: fine) { textarea { font-size: 1em; } }
  textarea.scrolls { overflow-y: auto; }
  textarea::placeholder { color: var(--n10); opacity: 1; text-overflow: ellipsis; }
  .composer-bar { display: flex; align-items: center; gap: 4px; min-block-size: 36px; margin-block-start: 4px; min-inline-size: 0; }
  /* Without tools and models one row is enough. */
  .composer.plain { display: grid; grid-template-columns: 1fr auto; align-items: end; }
  .composer.plain > .reply, .composer.plain > .chips { grid-column: 1 / -1; }
  .composer.plain > .composer-bar { margin: 0; }
  .composer.plain > textarea { margin-block: 6px; align-self: center; }
  @media (pointer: coarse) { .composer.plain > textarea { margin-block: 10px; } }
  .send { display: grid; place-items: center; flex: none; inline-size: 36px; block-size: 36px; margin-inline-start: 4px; color: var(--on-accent); background: var(--accent); border-radius: var(--radius-full); transition: background-color 140ms ease-out, color 140ms ease-out; }
  .send:disabled { color: var(--n8); background: var(--n4); }
  @media (hover: hover) { .send:hover:enabled { background: var(--accent-hover); } }
  @media (pointer: coarse) { .send { inline-size: 44px; block-size: 44px; } }
  .reply { display: flex; align-items: center; gap: 8px; margin-block-end: 6px; padding: 4px 4px 4px 10px; padding-inline: 10px 4px; font-size: 0.875em; color: var(--n11); background: var(--n3); border-radius: calc(var(--radius-l) * 0.6); }
  .reply span { flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .chips { display: flex; flex-wrap: wrap; gap: 6px; padding: 2px 8px 4px; }
  .menu-anchor { position: relative; flex: none; }
  .spring { min-inline-size: 0; }
  .spring ~ .menu-anchor { flex: 0 1 auto; min-inline-size: 0; }
  .quiet-button { max-inline-size: 100%; }
  .composer-bar .chip { min-inline-size: 0; }
  .chip span { overflow: hidden; text-overflow: ellipsis; }
  .quiet-button span { overflow: hidden; text-overflow: ellipsis; }
  .menu { position: absolute; inset-block-end: calc(100% + 10px); inset-inline-start: -2px; z-index: 3; display: grid; gap: 1px; inline-size: max-content; min-inline-size: 200px; max-inline-size: min(320px, calc(100cqi - 40px)); max-block-size: 320px; overflow: auto; padding: 5px; background: var(--raised); border: 1px solid var(--n6); border-radius: var(--radius-m); box-shadow: 0 8px 28px rgb(0 0 0 / 0.14), 0 1px 3px rgb(0 0 0 / 0.08); animation: appear 120ms ease-out backwards; cursor: default; }
  .spring ~ .menu-anchor .menu { inset-inline: auto -2px; }
  .menu > button { display: flex; align-items: center; gap: 10px; padding: 8px 10px; text-align: start; font-size: 0.9375em; line-height: 1.35; border-radius: calc(var(--radius-m) * 0.65); }
  .menu > button .icon { color: var(--n10); }
  .menu > button:disabled { color: var(--n10); }
  .menu > button:focus-visible { outline-offset: -2px; }
  .menu > .danger, .menu > .danger .icon { color: var(--danger); }
  .menu-text { flex: 1; display: grid; }
  .menu small { font-size: 0.86em; color: var(--n10); }
  @media (hover: hover) { .menu > button:hover:enabled { background: var(--n3); } }
  @media (pointer: coarse) { .menu > button { min-block-size: 44px; } }
  @container shell (inline-size < 340px) { .chip.selected span { display: none; } }
  @container shell (inline-size < 480px) { .chip.pinned span { display: none; } .chip.pinned { padding: 8px; border-color: transparent; } }
`;

// src/ui/styles/frame.ts
var frame = i`
  .shell { position: relative; block-size: 100%; overflow: hidden; container: shell / inline-size; }
  .layout { display: flex; block-size: 100%; }
  .chat { --gutter: calc(var(--unit) * 4); flex: 1; min-inline-size: 0; display: flex; flex-direction: column; position: relative; }
  header {
    display: flex; align-items: center; gap: 4px; flex: none;
    min-block-size: 52px; padding: 8px 10px;
    border-block-end: 1px solid transparent; transition: border-color 160ms ease-out;
  }
  .scrolled header { border-block-end-color: var(--n6); }
  .title { flex: 1; min-inline-size: 0; font-size: 0.9375em; font-weight: 600; letter-spacing: -0.006em; line-height: 1.3; padding-inline: 6px; }
  .scroller { flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; outline-offset: -3px; }
  /* Blocks, not flex items, all the way down to the text: a flex container lays out its whole content for every token. */
  .content { min-block-size: 100%; inline-size: 100%; max-inline-size: calc(43em + 2 * var(--gutter)); margin-inline: auto; padding: calc(var(--unit) * 3) var(--gutter) calc(var(--unit) * 3); }
  footer { flex: none; display: flex; flex-direction: column; position: relative; max-block-size: 80%; padding: 0 var(--gutter) max(calc(var(--unit) * 3), env(safe-area-inset-bottom)); }
  .column { display: flex; flex-direction: column; gap: calc(var(--unit) * 2); min-block-size: 0; inline-size: 100%; max-inline-size: 43em; margin-inline: auto; }
  .column > * { flex: none; min-inline-size: 0; }

  /* Text fades out where it passes under the composer. */
  footer::before { content: ''; position: absolute; inset-block-end: 100%; inset-inline: 0 10px; block-size: 20px; pointer-events: none; background: linear-gradient(to top, var(--n1), transparent); }
  .jump-anchor { position: absolute; inset-block-end: 100%; inset-inline: 0; display: flex; justify-content: center; pointer-events: none; padding-block-end: 12px; }
  .jump { pointer-events: auto; display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: var(--radius-full); color: var(--n11); background: var(--raised); border: 1px solid var(--n6); box-shadow: 0 2px 10px rgb(0 0 0 / 0.1); animation: appear 140ms ease-out backwards; }
  @media (hover: hover) { .jump:hover { background: var(--n3); color: var(--n12); } }
  @media (pointer: coarse) { .jump { inline-size: 44px; block-size: 44px; } }

  .content.starts { display: grid; }
  .start { min-inline-size: 0; display: flex; flex-direction: column; justify-content: center; gap: calc(var(--unit) * 7); padding-block: calc(var(--unit) * 4) calc(var(--unit) * 6); }
  .greeting { font-size: clamp(1.5em, 1.1em + 2cqi, 1.95em); font-weight: 600; letter-spacing: -0.021em; line-height: 1.2; text-align: center; text-wrap: balance; }
  .prompts { display: grid; gap: calc(var(--unit) * 2); }
  .prompt { display: flex; align-items: center; gap: 12px; inline-size: 100%; block-size: 100%; min-block-size: 52px; padding: calc(var(--unit) * 3) calc(var(--unit) * 4); text-align: start; font-size: 0.9375em; line-height: 1.4; color: var(--n12); border: 1px solid var(--n6); border-radius: var(--radius-m); transition: background-color 120ms ease-out, border-color 120ms ease-out; }
  .prompt .icon { color: var(--n10); }
  @media (hover: hover) { .prompt:hover { background: var(--n2); border-color: var(--n7); } .prompt:hover .icon { color: var(--n12); } }
  .prompt:active { background: var(--n4); }

  .column > .notices { flex: 0 1 auto; display: flex; flex-direction: column; gap: 8px; min-block-size: 0; overflow: auto; }
  .notices > .card { flex: none; }
  .closed { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; padding: calc(var(--unit) * 3) calc(var(--unit) * 4); border: 1px solid var(--n6); border-radius: var(--radius-l); background: var(--n2); font-size: 0.9375em; }
  .closed p { flex: 1 1 12em; }
  .closed > .icon { color: var(--n10); }
  .disclaimer { font-size: 0.78em; line-height: 1.4; color: var(--n10); text-align: center; padding-inline: 8px; }
  .disclaimer.high { color: var(--n12); }
  .disclaimer .markdown > * { margin: 0; }

  @container shell (inline-size >= 560px) {
    header { padding-inline: 14px; }
    .prompts { grid-template-columns: 1fr 1fr; }
    .chat { --gutter: calc(var(--unit) * 6); }
    footer { padding-block-end: calc(var(--unit) * 4); }
  }
`;

// src/ui/styles/history.ts
var history = i`
  .history { position: absolute; inset-block: 0; inset-inline-start: 0; z-index: 5; display: flex; flex-direction: column; inline-size: min(320px, 88cqi); background: var(--n1); border-inline-end: 1px solid var(--n6); animation: appear 140ms ease-out backwards; }
  .scrim { position: absolute; inset: 0; z-index: 4; background: rgb(0 0 0 / 0.32); animation: appear 140ms ease-out backwards; }
  @keyframes appear { from { opacity: 0; } to { opacity: 1; } }
  .history-head { display: flex; align-items: center; gap: 2px; flex: none; min-block-size: 52px; padding: 8px 8px 8px 18px; padding-inline: 18px 8px; }
  .history-head h2 { flex: 1; font-size: 0.9375em; font-weight: 600; }
  .history-list { flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; padding: 0 8px 12px; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; }
  .history-list h3 { padding: 14px 10px 4px; font-size: 0.78em; font-weight: 550; color: var(--n10); }
  .history-list > h3:first-of-type { padding-block-start: 4px; }
  .thread-row { position: relative; display: flex; align-items: center; border-radius: min(var(--radius-m), 10px); font-size: 0.9375em; }
  .thread-open { flex: 1; min-inline-size: 0; min-block-size: 38px; padding-inline: 10px; text-align: start; border-radius: inherit; }
  .thread-row.current { background: var(--n4); }
  .thread-row.current .thread-open { font-weight: 500; }
  .thread-row .menu-anchor { flex: none; padding-inline-end: 3px; }
  .thread-row .menu { inset-block: calc(100% + 2px) auto; inset-inline: auto 3px; min-inline-size: 150px; }
  @media (hover: hover) and (pointer: fine) {
    .thread-row:hover { background: var(--n3); }
    .thread-row.current:hover { background: var(--n4); }
    .thread-row .menu-anchor { position: absolute; inset-inline-end: 0; opacity: 0; }
    .thread-row:hover .menu-anchor, .thread-row:focus-within .menu-anchor { opacity: 1; }
    .thread-row:hover .thread-open, .thread-row:focus-within .thread-open { padding-inline-end: 40px; }
  }
  @media (pointer: coarse) { .thread-open { min-block-size: 44px; } }
  .renaming { padding: 2px; }
  .renaming input { inline-size: 100%; min-block-size: 34px; padding-inline: 8px; background: var(--n1); border: 1px solid var(--n8); border-radius: min(var(--radius-s), 8px); }
  .history-empty { display: grid; justify-items: center; gap: 4px; padding: 18% 20px; text-align: center; color: var(--n10); font-size: 0.9em; }
  .history-empty strong { color: var(--n12); font-weight: 600; }
  .history-empty .icon { inline-size: 1.8em; block-size: 1.8em; margin-block-end: 8px; }
  .history .skeleton { padding: 16px 10px; gap: 22px; }
  .more { margin: 8px 2px; color: var(--n11); text-decoration: none; }
  .undo { display: flex; align-items: center; justify-content: space-between; flex: none; margin: 0 10px 10px; padding: 6px 6px 6px 14px; padding-inline: 14px 6px; font-size: 0.9em; color: var(--n1); background: var(--n12); border-radius: var(--radius-m); }
  @media (hover: hover) { .undo .text-button:hover:enabled { background: transparent; color: inherit; } }

  @container shell (inline-size >= 900px) {
    .history { position: relative; flex: none; inline-size: 280px; background: var(--n2); }
    .scrim { display: none; }
  }
`;

// src/ui/styles/prose.ts
var prose = i`
  .markdown > * { margin: 0 0 0.85em; }
  .assistant > .markdown:last-child > :last-child { margin-block-end: 0; }
  .markdown > :is(h3, h4, h5, h6) { margin-block: 1.5em 0.5em; line-height: 1.3; font-weight: 650; letter-spacing: -0.011em; text-wrap: balance; }
  .markdown.long > * { content-visibility: auto; contain-intrinsic-size: auto 4em; }
  .markdown > :first-child { margin-block-start: 0; }
  .markdown h3 { font-size: 1.3em; letter-spacing: -0.017em; }
  .markdown h4 { font-size: 1.14em; }
  .markdown h5 { font-size: 1em; }
  .markdown h6 { font-size: 0.92em; color: var(--n11); }
  .markdown strong { font-weight: 620; }
  .markdown ul, .markdown ol { padding-inline-start: 1.55em; }
  .markdown ul { list-style: disc; }
  .markdown ul ul { list-style: circle; }
  .markdown ol { list-style: decimal; font-variant-numeric: tabular-nums; }
  .markdown li { padding-inline-start: 0.15em; }
  .markdown li + li, .markdown li > :is(ul, ol) { margin-block-start: 0.3em; }
  .markdown li::marker { color: var(--n10); }
  .markdown li > p + p, .markdown li > .code, .markdown li > .table, .markdown li > p + :is(ul, ol) { margin-block-start: 0.6em; }
  .markdown li.task { list-style: none; margin-inline-start: -1.45em; }
  .markdown input[type='checkbox'] { appearance: none; position: relative; display: inline-block; inline-size: 1.05em; block-size: 1.05em; margin: 0; margin-inline-end: 0.3em; vertical-align: -0.16em; border: 1.5px solid var(--n8); border-radius: min(var(--radius-s), 4px); }
  .markdown input[type='checkbox']:checked { border-color: var(--accent); background: var(--accent); }
  .markdown input[type='checkbox']:checked::before { content: ''; position: absolute; inset-block-start: 0.08em; inset-inline-start: 0.28em; inline-size: 0.32em; block-size: 0.58em; border: solid var(--on-accent); border-width: 0 0.13em 0.13em 0; transform: rotate(45deg); }
  .markdown blockquote { padding-inline-start: 1em; border-inline-start: 3px solid var(--n6); color: var(--n11); }
  .markdown blockquote > * + * { margin-block-start: 0.7em; }
  .markdown hr { border: 0; border-block-start: 1px solid var(--n6); margin-block: 1.6em; }
  .markdown img { max-inline-size: 100%; block-size: auto; border-radius: var(--radius-m); vertical-align: middle; }

  .markdown code { font-family: var(--mono); font-size: 0.86em; }
  .markdown :not(pre) > code { padding: 0.14em 0.38em; background: var(--n4); border-radius: min(var(--radius-s), 5px); }
  .code { border: 1px solid var(--n6); border-radius: var(--radius-m); background: var(--n2); overflow: hidden; }
  .markdown > .code, .markdown > .table { margin-block: 1.1em; }
  .code-bar { display: flex; align-items: center; justify-content: space-between; min-block-size: 36px; padding-inline: 14px 6px; font-size: 0.8em; color: var(--n10); }
  .code-language { font-family: var(--font); }
  .code-copy { padding: 4px 8px; border-radius: var(--radius-s); color: var(--n10); font-weight: 500; transition: color 120ms ease-out, background-color 120ms ease-out; }
  @media (hover: hover) { .code-copy:hover { color: var(--n12); background: var(--n4); } }
  @media (pointer: coarse) { .code-copy { min-block-size: 44px; padding-inline: 12px; } }
  .code pre { margin: 0; padding: 2px 14px 14px; overflow-x: auto; text-align: start; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; outline-offset: -3px; }
  .code code { display: block; inline-size: max-content; min-inline-size: 100%; font-size: 0.86em; line-height: 1.6; tab-size: 2; overflow-wrap: normal; }

  .table { overflow-x: auto; scrollbar-width: thin; scrollbar-color: var(--n7) transparent; }
  table { border-collapse: collapse; inline-size: max-content; min-inline-size: 100%; max-inline-size: max(100%, 62em); font-size: 0.9375em; line-height: 1.45; font-variant-numeric: tabular-nums; }
  th, td { padding: 0.55em 1.2em 0.55em 0; padding-inline: 0 1.2em; text-align: start; vertical-align: top; border-block-end: 1px solid var(--n6); max-inline-size: 22em; overflow-wrap: normal; }
  th { font-weight: 600; border-block-end-color: var(--n7); white-space: nowrap; }
  :is(th, td):last-child { padding-inline-end: 0; }
  tbody tr:last-child td { border-block-end: 0; }
  .align-center { text-align: center; }
  .align-right { text-align: end; }

  sup { line-height: 0; font-size: 0.72em; vertical-align: 0.42em; margin-inline-start: 0.2em; }
  /* Inline, since an inline block would wrap apart from its word. */
  .citation { padding: 0.1em 0.45em; font-weight: 550; font-variant-numeric: tabular-nums; text-decoration: none; color: var(--n11); background: var(--n4); border-radius: min(var(--radius-full), 8px); }
  @media (hover: hover) { a.citation:hover { background: var(--n5); color: var(--n12); } }
`;

// src/ui/styles/thread.ts
var thread = i`
  .turn + .turn { margin-block-start: calc(var(--unit) * 7); }
  .turn > * + * { margin-block-start: calc(var(--unit) * 4); }
  /* The padding leaves room for outlines, which content-visibility would clip. */
  .turn { display: flow-root; padding-inline: 8px; margin-inline: -8px; }
  /* Finished turns out of sight are neither laid out nor painted; a live one always is. */
  .turn:not(.live):not(:last-child) { content-visibility: auto; contain-intrinsic-size: auto 24em; }
  .turn > article { min-inline-size: 0; }

  .user { display: flex; flex-direction: column; align-items: flex-end; gap: 6px; padding-inline-start: 15%; }
  .bubble { max-inline-size: 100%; padding: calc(var(--unit) * 2.25) calc(var(--unit) * 4); color: var(--on-bubble); background: var(--bubble); border: 1px solid transparent; border-radius: var(--radius-l); white-space: pre-wrap; transition: opacity 160ms ease-out; }
  .user.sending .bubble { opacity: 0.65; }
  .user.failed .bubble { border-color: var(--danger-line); }
  .not-sent { display: flex; align-items: center; gap: 6px; font-size: 0.84em; color: var(--danger); }
  .not-sent .icon { inline-size: 1.2em; block-size: 1.2em; }
  .quoted { display: flex; gap: 6px; max-inline-size: 100%; font-size: 0.875em; line-height: 1.45; color: var(--n10); }
  .quoted span { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
  .quoted .icon { margin-block-start: 0.1em; }
  .attachments { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 6px; }
  .attached-image { max-inline-size: 180px; max-block-size: 180px; border-radius: var(--radius-m); border: 1px solid var(--n6); }
  .attached-file { display: inline-flex; align-items: center; gap: 8px; padding: 8px 12px; font-size: 0.875em; border: 1px solid var(--n6); border-radius: var(--radius-m); }
  .attached-file .icon { color: var(--n10); }
  .framed { padding: calc(var(--unit) * 3.5) calc(var(--unit) * 4); border: 1px solid var(--n6); border-radius: var(--radius-m); }
  .framed .markdown > :last-child { margin-block-end: 0; }
  .questions dt { font-weight: 600; }
  .questions dd { color: var(--n11); margin-block: 2px 12px; }
  .questions > :last-child { margin-block-end: 0; }

  .turn > * + .turn-foot { margin-block-start: calc(var(--unit) * 2); }
  .turn-foot { display: flex; align-items: center; gap: 10px; min-block-size: 32px; margin-inline-start: -7px; color: var(--n10); font-size: 0.9375em; }
  .pulse { inline-size: 11px; block-size: 11px; margin-inline-start: 7px; border-radius: 50%; background: var(--n12); animation: pulse 1.3s ease-in-out infinite; }
  .progress { display: inline-flex; align-items: center; gap: 9px; min-inline-size: 0; padding-inline-start: 7px; animation: appear 160ms ease-out backwards; }
  .progress .icon { animation: breathe 1.8s ease-in-out infinite; }
  .progress .pulse { margin-inline-start: 0; }
  .progress-text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .stopped { display: inline-flex; align-items: center; gap: 5px; padding-inline-start: 7px; font-size: 0.94em; }
  .stopped .icon { inline-size: 1.05em; block-size: 1.05em; }
  .actions { display: flex; gap: 1px; }
  @media (hover: hover) and (pointer: fine) {
    .actions { opacity: 0; transition: opacity 140ms ease-out; }
    .turn:hover .actions, .turn:focus-within .actions, .turn:last-child .actions, .actions:has([aria-pressed='true']) { opacity: 1; }
  }
  @media (pointer: coarse) { .turn-foot { min-block-size: 44px; } .turn-foot .icon-button { inline-size: 40px; } .actions { margin-inline-start: -4px; } .stopped + .actions { margin: 0; } }

  .fold + .fold { margin-block-start: var(--unit); }
  .fold { font-size: 0.9375em; }
  .fold > summary, .fold-line { display: inline-flex; align-items: center; gap: 8px; max-inline-size: 100%; min-block-size: 30px; color: var(--n10); border-radius: var(--radius-s); }
  .fold > summary { cursor: pointer; list-style: none; }
  .fold > summary::-webkit-details-marker { display: none; }
  .fold > summary .icon { inline-size: 1.15em; block-size: 1.15em; }
  .fold > summary .icon:last-child { inline-size: 1em; block-size: 1em; transition: transform 160ms ease-out; }
  .fold[open] > summary .icon:last-child { transform: rotate(180deg); }
  .fold-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .fold-title.running { animation: breathe 1.8s ease-in-out infinite; }
  @media (hover: hover) { .fold > summary:hover { color: var(--n12); } }
  @media (pointer: coarse) { .fold > summary { min-block-size: 44px; } }
  .fold-body, .steps { margin-block-start: 6px; margin-inline-start: 0.55em; padding-inline-start: 1.1em; border-inline-start: 1px solid var(--n6); color: var(--n11); }
  .steps { display: grid; gap: calc(var(--unit) * 3); padding-block: 2px; }
  .step-title { display: flex; align-items: center; gap: 8px; color: var(--n11); }
  .step-title .icon { inline-size: 1.1em; block-size: 1.1em; color: var(--n10); }
  .step > :not(.step-title) { padding-inline-start: calc(1.1em + 8px); }
  .step.running .step-title { animation: breathe 1.8s ease-in-out infinite; }
  .task-text { font-size: 0.96em; color: var(--n11); margin-block-start: 2px; }
  .task-text .markdown > :last-child { margin-block-end: 0; }
  .queries, .task-sources { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 6px; }
  .query, .task-sources .source { display: inline-flex; align-items: center; gap: 6px; max-inline-size: 100%; padding: 3px 9px; font-size: 0.9em; color: var(--n11); border: 1px solid var(--n6); border-radius: var(--radius-full); text-decoration: none; }
  .query .icon, .task-sources .icon { inline-size: 1em; block-size: 1em; color: var(--n10); }
  .task-sources .source-detail { display: none; }

  .sources { margin-block-start: calc(var(--unit) * 1); }
  .source-list { margin-block-start: 4px; border: 1px solid var(--n6); border-radius: var(--radius-m); overflow: hidden; }
  .source-list li { display: flex; align-items: center; gap: 10px; padding-inline: 12px; }
  .source-list li + li { border-block-start: 1px solid var(--n6); }
  .source-number { flex: none; min-inline-size: 1.1em; color: var(--n10); font-size: 0.85em; font-variant-numeric: tabular-nums; text-align: center; }
  .source { min-inline-size: 0; }
  .source-list .source { flex: 1; display: flex; align-items: center; gap: 9px; min-block-size: 40px; color: var(--n12); text-decoration: none; }
  .source-list .source .icon { color: var(--n10); inline-size: 1.1em; block-size: 1.1em; }
  .source-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .source-detail { flex: none; max-inline-size: 45%; margin-inline-start: auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.9em; color: var(--n10); }
  @media (hover: hover) { a.source:hover .source-title { text-decoration: underline; text-underline-offset: 0.2em; } }
  @media (pointer: coarse) { .source-list .source { min-block-size: 44px; } }

  .generated { max-inline-size: 400px; }
  .generated img, .image-wait { display: block; inline-size: 100%; border-radius: var(--radius-m); border: 1px solid var(--n6); }
  .image-wait { aspect-ratio: 1; display: grid; place-content: center; justify-items: center; gap: 8px; color: var(--n10); background: var(--n2); font-size: 0.9em; }
  .generated progress { inline-size: 100%; block-size: 4px; margin-block-start: 8px; accent-color: var(--accent); }

  .thread-skeleton { padding-block-start: calc(var(--unit) * 4); }
  .user-bone { justify-self: end; inline-size: 42%; block-size: 2.6em; border-radius: var(--radius-l); margin-block-end: 10px; }
  .user-bone.short { inline-size: 28%; margin-block-start: 24px; }
  @container shell (inline-size < 560px) { .source-list .source-detail { display: none; } .user { padding-inline-start: 12%; } }
`;

// src/ui/styles/index.ts
var styles = [base, frame, thread, prose, composer, history];

// src/ui/color.ts
var clamp = (value) => Math.min(1, Math.max(0, value));
var toLinear = (v4) => v4 <= 0.04045 ? v4 / 12.92 : ((v4 + 0.055) / 1.055) ** 2.4;
var toGamma = (v4) => v4 <= 31308e-7 ? v4 * 12.92 : 1.055 * v4 ** (1 / 2.4) - 0.055;
function toLinearRgb({ l: l6, c: c6, h: h5 }) {
  const a3 = c6 * Math.cos(h5 * Math.PI / 180);
  const b3 = c6 * Math.sin(h5 * Math.PI / 180);
  const x3 = (l6 + 0.3963377774 * a3 + 0.2158037573 * b3) ** 3;
  const y4 = (l6 - 0.1055613458 * a3 - 0.0638541728 * b3) ** 3;
  const z3 = (l6 - 0.0894841775 * a3 - 1.291485548 * b3) ** 3;
  return [
    4.0767416621 * x3 - 3.3077115913 * y4 + 0.2309699292 * z3,
    -1.2684380046 * x3 + 2.6097574011 * y4 - 0.3413193965 * z3,
    -0.0041960863 * x3 - 0.7034186147 * y4 + 1.707614701 * z3
  ];
}
function fromRgb(rgb) {
  const [r6, g3, b3] = [toLinear(rgb[0]), toLinear(rgb[1]), toLinear(rgb[2])];
  const x3 = Math.cbrt(0.4122214708 * r6 + 0.5363325363 * g3 + 0.0514459929 * b3);
  const y4 = Math.cbrt(0.2119034982 * r6 + 0.6806995451 * g3 + 0.1073969566 * b3);
  const z3 = Math.cbrt(0.0883024619 * r6 + 0.2817188376 * g3 + 0.6299787005 * b3);
  const l6 = 0.2104542553 * x3 + 0.793617785 * y4 - 0.0040720468 * z3;
  const ca = 1.9779984951 * x3 - 2.428592205 * y4 + 0.4505937099 * z3;
  const cb = 0.0259040371 * x3 + 0.7827717662 * y4 - 0.808675766 * z3;
  return { l: l6, c: Math.hypot(ca, cb), h: (Math.atan2(cb, ca) * 180 / Math.PI + 360) % 360 };
}
function toHex(color) {
  const channels = toLinearRgb(color).map((v4) => Math.round(clamp(toGamma(clamp(v4))) * 255));
  return `#${channels.map((v4) => v4.toString(16).padStart(2, "0")).join("")}`;
}
function luminance(color) {
  const [r6, g3, b3] = toLinearRgb(color).map(clamp);
  return 0.2126 * r6 + 0.7152 * g3 + 0.0722 * b3;
}
function contrast(a3, b3) {
  const [low, high] = [luminance(a3), luminance(b3)].sort((p4, q2) => p4 - q2);
  return (high + 0.05) / (low + 0.05);
}
function legible(color, ground, ratio) {
  if (contrast(color, ground) >= ratio) return color;
  const step = contrast(WHITE, ground) >= contrast(BLACK, ground) ? 0.01 : -0.01;
  for (let l6 = color.l + step; l6 > 0 && l6 < 1; l6 += step) {
    const tried = { ...color, l: l6 };
    if (contrast(tried, ground) >= ratio) return tried;
  }
  return step > 0 ? WHITE : BLACK;
}
function mix(a3, b3, share) {
  const [from, to] = [a3, b3].map(({ c: c6, h: h5 }) => [c6 * Math.cos(h5 * Math.PI / 180), c6 * Math.sin(h5 * Math.PI / 180)]);
  const x3 = (from?.[0] ?? 0) * (1 - share) + (to?.[0] ?? 0) * share;
  const y4 = (from?.[1] ?? 0) * (1 - share) + (to?.[1] ?? 0) * share;
  return { l: a3.l * (1 - share) + b3.l * share, c: Math.hypot(x3, y4), h: (Math.atan2(y4, x3) * 180 / Math.PI + 360) % 360 };
}
var WHITE = { l: 1, c: 0, h: 0 };
var BLACK = { l: 0, c: 0, h: 0 };
var HEX = /^#(?:([\da-f]{3})[\da-f]?|([\da-f]{6})(?:[\da-f]{2})?)$/i;
var FUNCTION = /^(rgb|hsl)a?\(\s*([\d.]+)(?:deg)?[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?/i;
function parseColor(text) {
  const hex = HEX.exec(text.trim());
  if (hex !== null) return fromHex(hex[2] ?? (hex[1] ?? "").replace(/./g, "$&$&"));
  const oklch = /^oklch\(\s*([\d.]+)(%?)\s+([\d.]+)\s+([\d.]+)/i.exec(text.trim());
  if (oklch !== null) return { l: Number(oklch[1]) / (oklch[2] === "%" ? 100 : 1), c: Number(oklch[3]), h: Number(oklch[4]) };
  const call = FUNCTION.exec(text.trim());
  if (call === null) return null;
  const [a3, b3, c6] = [Number(call[2]), Number(call[3]), Number(call[4])];
  return call[1]?.toLowerCase() === "hsl" ? fromRgb(fromHsl(a3, b3 / 100, c6 / 100)) : fromRgb([a3 / 255, b3 / 255, c6 / 255]);
}
function fromHex(digits) {
  const channel = (at2) => Number.parseInt(digits.slice(at2, at2 + 2), 16) / 255;
  return fromRgb([channel(0), channel(2), channel(4)]);
}
function fromHsl(hue, saturation, lightness) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset) => {
    const k2 = (offset + hue / 30) % 12;
    return lightness - reach * Math.max(-1, Math.min(k2 - 3, 9 - k2, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

// src/ui/theme.ts
var TEXT_RATIO = 4.5;
var CONTROL_RATIO = 3;
var SPARE_RATIO = 8;
var LIGHTNESS = {
  light: [1, 0.98, 0.962, 0.942, 0.918, 0.906, 0.85, 0.66, 0.58, 0.5, 0.4, 0.215],
  dark: [0.19, 0.222, 0.262, 0.298, 0.335, 0.335, 0.42, 0.54, 0.62, 0.71, 0.8, 0.945]
};
var FONT = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';
var MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';
var DENSITY = { compact: 0.75, normal: 1, spacious: 1.25 };
var RADII = {
  pill: ["8px", "14px", "22px", "999px"],
  round: ["6px", "12px", "16px", "12px"],
  soft: ["4px", "8px", "10px", "8px"],
  sharp: ["0px", "0px", "0px", "0px"]
};
var MEANINGS = { info: 250, success: 152, warning: 78, danger: 26 };
function optionOf(theme) {
  return typeof theme === "string" ? { colorScheme: theme } : theme ?? {};
}
function schemeOf(theme) {
  return optionOf(theme).colorScheme === "dark" ? "dark" : "light";
}
function neutrals(option) {
  const scheme = option.colorScheme === "dark" ? "dark" : "light";
  const ramp = surfaceRamp(option, scheme) ?? grayRamp(option, scheme);
  const ground = ramp[0] ?? WHITE;
  const surface = worstGround(ramp);
  return ramp.map((color, step) => {
    if (step >= 9) return legible(color, surface, step === 11 ? 7 : TEXT_RATIO);
    return step === 7 || step === 8 ? legible(color, ground, CONTROL_RATIO) : color;
  });
}
function worstGround(ramp) {
  const [ground, pressed, ink] = [ramp[0] ?? WHITE, ramp[4] ?? WHITE, ramp[11] ?? BLACK];
  return contrast(ground, ink) < contrast(pressed, ink) ? ground : pressed;
}
function grayRamp(option, scheme) {
  const { hue = 260, tint = 0, shade = 0 } = option.color?.grayscale ?? {};
  return LIGHTNESS[scheme].map((l6, step) => {
    const weight = step < 6 ? 1 - step / 8 : 0;
    const shaded = scheme === "light" ? l6 - Math.max(0, shade) * 0.012 * weight : l6 + shade * 0.014 * weight;
    const reach = 0.35 + 0.65 * Math.min(1, step / 6);
    return { l: Math.min(1, shaded - (tint > 0 && l6 === 1 ? 4e-3 : 0)), c: tint * 42e-4 * reach, h: hue };
  });
}
function surfaceRamp(option, scheme) {
  const background = parseColor(option.color?.surface?.background ?? "");
  if (background === null) return null;
  const given = parseColor(option.color?.surface?.foreground ?? "") ?? (contrast(background, WHITE) > TEXT_RATIO ? WHITE : BLACK);
  const foreground = legible(given, background, 7);
  const steps2 = LIGHTNESS[scheme];
  const [first, last] = [steps2[0] ?? 1, steps2[11] ?? 0];
  const away = contrast(background, foreground) > SPARE_RATIO ? foreground : foreground.l > background.l ? BLACK : WHITE;
  return steps2.map((l6, step) => mix(background, step < 5 ? away : foreground, (l6 - first) / (last - first)));
}
function accentProperties(option, ramp) {
  const ground = ramp[0] ?? WHITE;
  const ink = ramp[11] ?? BLACK;
  const primary = parseColor(option.color?.accent?.primary ?? "");
  const accent = legible(primary ?? ink, ground, CONTROL_RATIO);
  const level = option.color?.accent?.level ?? 0;
  const bubble = mix(ramp[2] ?? WHITE, accent, primary === null ? 0 : level * 0.06);
  return {
    "--accent": toHex(accent),
    "--accent-hover": toHex(mix(accent, ground, 0.14)),
    "--on-accent": toHex(contrast(accent, WHITE) >= contrast(accent, BLACK) ? WHITE : BLACK),
    "--link": toHex(legible(primary ?? { l: ground.l > 0.5 ? 0.5 : 0.75, c: 0.13, h: 255 }, worstGround(ramp), TEXT_RATIO)),
    "--bubble": toHex(bubble),
    "--on-bubble": toHex(legible(ink, bubble, 7))
  };
}
function meaningProperties(ramp) {
  const ground = ramp[0] ?? WHITE;
  const properties = {};
  for (const [name, hue] of Object.entries(MEANINGS)) {
    const strong = { l: ground.l > 0.5 ? 0.5 : 0.76, c: 0.15, h: hue };
    const soft = mix(ground, strong, 0.07);
    properties[`--${name}`] = toHex(legible(strong, soft, TEXT_RATIO));
    properties[`--${name}-soft`] = toHex(soft);
    properties[`--${name}-line`] = toHex(mix(ground, strong, 0.28));
  }
  return properties;
}
function shapeProperties(option) {
  const [small, medium, large, full] = RADII[option.radius ?? "pill"] ?? RADII.pill;
  const size = Math.min(18, Math.max(14, option.typography?.baseSize ?? 16));
  return {
    "--unit": `${4 * (DENSITY[option.density ?? "normal"] ?? 1)}px`,
    "--radius-s": small,
    "--radius-m": medium,
    "--radius-l": large,
    "--radius-full": full,
    "--size": `${size}px`,
    "--font": option.typography?.fontFamily ?? FONT,
    "--mono": option.typography?.fontFamilyMono ?? MONO
  };
}
function themeProperties(theme) {
  const option = optionOf(theme);
  const ramp = neutrals(option);
  const steps2 = Object.fromEntries(ramp.map((color, step) => [`--n${step + 1}`, toHex(color)]));
  const raised = toHex(ramp[schemeOf(theme) === "dark" ? 1 : 0] ?? WHITE);
  return { ...steps2, "--raised": raised, ...accentProperties(option, ramp), ...meaningProperties(ramp), ...shapeProperties(option) };
}
function applyTheme(node, theme) {
  for (const [name, value] of Object.entries(themeProperties(theme))) node.style.setProperty(name, value);
  const ground = neutrals(optionOf(theme))[0] ?? WHITE;
  node.style.setProperty("color-scheme", ground.l > 0.5 ? "light" : "dark");
}

// src/ui/sources.ts
function identity(source) {
  if (source.type === "url") return source.url;
  return source.type === "file" ? `file:${source.filename}` : `entity:${source.id}`;
}
function sourcesOf(item) {
  const distinct = /* @__PURE__ */ new Map();
  for (const { source } of item.content.flatMap(({ annotations }) => annotations ?? [])) {
    if (!distinct.has(identity(source))) distinct.set(identity(source), source);
  }
  return [...distinct.values()];
}
function marksOf(annotations, sources) {
  return annotations.flatMap(({ source, index }) => {
    if (typeof index !== "number") return [];
    const number = sources.findIndex((other) => identity(other) === identity(source)) + 1;
    const href = source.type === "url" ? source.url : null;
    return [{ index, label: String(number), title: source.title, href }];
  });
}
function host(url) {
  const href = safeHref(url);
  return href === null ? "" : new URL(href).hostname.replace(/^www\./, "");
}
function detail(source) {
  if (source.type === "url") return source.attribution ?? host(source.url);
  return source.type === "file" ? source.filename : source.label ?? source.group ?? "";
}
function symbol(source) {
  if (source.type === "entity") return icon(source.icon ?? "cube");
  return icon(source.type === "url" ? "globe" : "document");
}
function sourceTemplate(source) {
  const href = source.type === "url" ? safeHref(source.url) : null;
  const second = detail(source);
  const body = b2`${symbol(source)}<span class="source-title">${source.title}</span>${second === "" || second === source.title ? A : b2`<span class="source-detail">${second}</span>`}`;
  return href === null ? b2`<span class="source">${body}</span>` : b2`<a class="source" href=${href} target="_blank" rel="noopener noreferrer">${body}</a>`;
}
function sourcesTemplate(sources, strings) {
  if (sources.length === 0) return A;
  return b2`<details class="fold sources">
    <summary>${icon("globe")}<span class="fold-title">${strings.sources(sources.length)}</span>${icon("chevron-down")}</summary>
    <ol class="source-list">
      ${sources.map((source, at2) => b2`<li><span class="source-number">${at2 + 1}</span>${sourceTemplate(source)}</li>`)}
    </ol>
  </details>`;
}

// src/ui/tasks.ts
function durationText(seconds, locale) {
  const isLong = seconds >= 90;
  const value = Math.max(1, Math.round(isLong ? seconds / 60 : seconds));
  return new Intl.NumberFormat(locale, { style: "unit", unit: isLong ? "minute" : "second", unitDisplay: "long" }).format(value);
}
function titleOf(task, isRunning2, strings) {
  if (task.title != null && task.title !== "") return task.title;
  switch (task.type) {
    case "web_search":
      return task.title_query ?? (isRunning2 ? strings.searching : strings.searched);
    case "thought":
      return isRunning2 ? strings.thinking : strings.thought;
    case "file":
      return isRunning2 ? strings.readingFiles : strings.readFiles;
    case "image":
      return isRunning2 ? strings.creatingImage : strings.createdImage;
    default:
      return strings.workingOn;
  }
}
function iconOf(task) {
  switch (task.type) {
    case "custom":
      return task.icon ?? "dot";
    case "web_search":
      return "globe";
    case "thought":
      return "lightbulb";
    case "file":
      return "document";
    case "image":
      return "square-image";
    default:
      return "dot";
  }
}
function isRunning(task) {
  return task.status_indicator === "loading";
}
function taskSymbol(task) {
  return icon(task.status_indicator === "complete" && task.type === "custom" && task.icon == null ? "check-circle" : iconOf(task));
}
function bodyOf(task, context) {
  if (task.type === "thought" || task.type === "custom") {
    const content = task.content ?? "";
    return content === "" ? null : b2`<div class="task-text">${markdown(content, isRunning(task), context.markdown)}</div>`;
  }
  if (task.type === "web_search") return searchBody(task);
  const sources = task.type === "file" ? task.sources ?? [] : [];
  return sources.length === 0 ? null : b2`<div class="task-sources">${sources.map(sourceTemplate)}</div>`;
}
function searchBody(task) {
  const queries = task.queries ?? [];
  const sources = task.sources ?? [];
  if (queries.length + sources.length === 0) return null;
  return b2`${queries.length === 0 ? A : b2`<div class="queries">${queries.map((query2) => b2`<span class="query">${icon("search")}${query2}</span>`)}</div>`}
    ${sources.length === 0 ? A : b2`<div class="task-sources">${sources.map(sourceTemplate)}</div>`}`;
}
function taskRow(task, context) {
  const title = titleOf(task, isRunning(task), context.strings);
  return b2`<li class="step ${isRunning(task) ? "running" : ""}">
    <div class="step-title">${taskSymbol(task)}<span>${title}</span></div>
    ${bodyOf(task, context) ?? A}
  </li>`;
}
function foldLine(symbol2, title, running2, opens) {
  return b2`${symbol2}<span class="fold-title ${running2 ? "running" : ""}">${title}</span>${opens ? icon("chevron-down") : A}`;
}
function taskTemplate(task, context) {
  const body = bodyOf(task, context);
  const line = foldLine(taskSymbol(task), titleOf(task, isRunning(task), context.strings), isRunning(task), body !== null);
  if (body === null) return b2`<div class="fold"><div class="fold-line">${line}</div></div>`;
  return b2`<details class="fold"><summary>${line}</summary><div class="fold-body">${body}</div></details>`;
}
function summaryText(workflow, running2, context) {
  const { strings, locale } = context;
  const summary = workflow.summary ?? null;
  const current = workflow.tasks.at(-1);
  if (summary !== null && "title" in summary) return summary.title;
  if (summary !== null) return strings.thoughtFor(durationText(summary.duration, locale));
  if (running2) return current === void 0 ? strings.thinking : titleOf(current, true, strings);
  return workflow.type === "reasoning" ? strings.thought : strings.steps(workflow.tasks.length);
}
function summaryIcon(workflow) {
  const summary = workflow.summary ?? null;
  if (summary !== null && "title" in summary && summary.icon != null) return summary.icon;
  return workflow.type === "reasoning" ? "lightbulb" : "sparkle";
}
function workflowTemplate(workflow, running2, context) {
  const opens = workflow.tasks.length > 0;
  const line = foldLine(icon(summaryIcon(workflow)), summaryText(workflow, running2, context), running2, opens);
  if (!opens) return b2`<div class="fold"><div class="fold-line">${line}</div></div>`;
  return b2`<details class="fold" ?open=${workflow.expanded === true}>
    <summary>${line}</summary>
    <ol class="steps">${workflow.tasks.map((task) => taskRow(task, context))}</ol>
  </details>`;
}

// src/ui/items.ts
function itemTemplate(view, context) {
  const item = view.item;
  switch (item.type) {
    case "user_message":
      return userMessage(item, view.status, context);
    case "assistant_message":
      return assistantMessage(item, view.status === "streaming", context);
    case "workflow":
      return workflowTemplate(item.workflow, view.status === "streaming", context);
    case "task":
      return taskTemplate(item.task, context);
    case "generated_image":
      return generatedImage(item, view.progress, context);
    case "widget":
      return plainBlock(item.copy_text ?? widgetText(item.widget), context);
    case "structured_input":
      return questions(item, context);
    default:
      return A;
  }
}
function userMessage(item, status, context) {
  const { strings } = context;
  const attachments = item.attachments ?? [];
  return b2`<article class="user ${status}" aria-label=${strings.you} aria-busy=${status === "sending"}>
    ${item.quoted_text ? b2`<blockquote class="quoted">${icon("quote")}<span>${item.quoted_text}</span></blockquote>` : A}
    ${attachments.length === 0 ? A : b2`<div class="attachments">${attachments.map((one) => attachment(one, context))}</div>`}
    ${item.content.length === 0 ? A : b2`<div class="bubble" dir="auto">${item.content.map(userContent)}</div>`}
    ${status === "failed" ? notSent(item, context) : A}
  </article>`;
}
function notSent(item, { strings, resend }) {
  return b2`<p class="not-sent">${icon("danger")}<span>${strings.notSent}</span>
    <button type="button" class="text-button" @click=${() => resend(item)}>${strings.tryAgain}</button></p>`;
}
function userContent(part) {
  return part.type === "input_tag" ? b2`<span class="tag">${part.text}</span>` : b2`${part.text}`;
}
function attachment(file, context) {
  const preview = file.preview_url === void 0 ? null : safeImageSource(file.preview_url, context.imageDomains);
  if (file.type === "image" && preview !== null) {
    return b2`<img class="attached-image" src=${preview} alt=${file.name} referrerpolicy="no-referrer" loading="lazy" />`;
  }
  return b2`<span class="attached-file">${icon(file.type === "image" ? "square-image" : "document")}<span>${file.name}</span></span>`;
}
var prepared = /* @__PURE__ */ new WeakMap();
function prepare(item, context) {
  const sources = sourcesOf(item);
  const settings = item.content.map((content) => {
    const annotations = content.annotations ?? [];
    const marks = marksOf(annotations, sources);
    if (marks.length === 0) return context.markdown;
    const known = prepared.get(annotations) ?? { ...context.markdown, marks };
    prepared.set(annotations, known);
    return known;
  });
  return { sources, settings };
}
function assistantMessage(item, isOpen, context) {
  if (item.content.every(({ text }) => text === "")) return A;
  const { sources, settings } = prepare(item, context);
  const last = item.content.length - 1;
  return b2`<article class="assistant" aria-label=${context.strings.assistant} aria-busy=${isOpen}>
    ${item.content.map(({ text }, at2) => text === "" ? A : markdown(text, isOpen && at2 === last, settings[at2] ?? context.markdown))}
    ${isOpen ? A : sourcesTemplate(sources, context.strings)}
  </article>`;
}
function generatedImage(item, progress, context) {
  const source = item.image == null ? null : safeImageSource(item.image.url, context.imageDomains);
  const { strings } = context;
  if (item.image != null && source === null) return plainBlock(`[${strings.generatedImage}](${item.image.url})`, context);
  return b2`<figure class="generated" aria-label=${strings.generatedImage}>
    ${source === null ? b2`<div class="image-wait">${icon("square-image")}<span>${strings.creatingImage}</span></div>` : b2`<img src=${source} alt=${strings.generatedImage} referrerpolicy="no-referrer" />`}
    ${progress === void 0 || progress >= 1 ? A : b2`<progress max="1" .value=${progress} aria-label=${strings.creatingImage}></progress>`}
  </figure>`;
}
var TEXT_FIELDS = ["title", "value", "label", "text"];
function widgetText(node, depth = 0) {
  const own = TEXT_FIELDS.map((field) => node[field]).filter((value) => typeof value === "string");
  const children = Array.isArray(node["children"]) && depth < 12 ? node["children"] : [];
  const inner = children.filter(isWidgetNode).map((child) => widgetText(child, depth + 1));
  return [...own, ...inner].filter((text) => text !== "").join("\n\n");
}
function isWidgetNode(value) {
  return typeof value === "object" && value !== null && "type" in value;
}
function plainBlock(text, context) {
  return b2`<article class="assistant framed" aria-label=${context.strings.assistant}>${markdown(text, false, context.markdown)}</article>`;
}
function questions(item, { strings }) {
  return b2`<article class="assistant framed" aria-label=${strings.assistant}>
    <dl class="questions">
      ${item.inputs.map(({ question: question2, answer }) => {
    const reply = answer == null ? "" : answer.skipped ? strings.skipped : answer.values.join(", ");
    return b2`<dt>${question2}</dt>${reply === "" ? A : b2`<dd>${reply}</dd>`}`;
  })}
    </dl>
  </article>`;
}

// src/ui/turns.ts
function sameItems(a3, b3) {
  return a3.length === b3.length && a3.every((item, at2) => item === b3[at2]);
}
function split(items) {
  const groups = [];
  for (const view of items) {
    const group = groups.at(-1);
    if (group === void 0 || view.item.type === "user_message") groups.push([view]);
    else group.push(view);
  }
  return groups;
}
function unchangedTurns(items, previous) {
  let at2 = 0;
  for (let turn = 0; turn < previous.length - 1; turn++) {
    for (const view of previous[turn]?.items ?? []) if (items[at2++] !== view) return turn;
  }
  return Math.max(0, previous.length - 1);
}
function turnsOf(items, previous = []) {
  const kept = previous.slice(0, unchangedTurns(items, previous));
  const rest = items.slice(kept.reduce((sum, turn) => sum + turn.items.length, 0));
  const known = new Map(previous.slice(kept.length).map((turn) => [turn.items[0], turn]));
  const fresh = split(rest).map((group) => {
    const same = known.get(group[0]);
    return same !== void 0 && sameItems(same.items, group) ? same : { key: group[0]?.item.id ?? "", items: group };
  });
  return [...kept, ...fresh];
}
function userItemOf(turn) {
  const first = turn.items[0]?.item;
  return first?.type === "user_message" ? first : null;
}
function answerIds(turn) {
  return turn.items.filter(({ item }) => item.type !== "user_message" && item.type !== "end_of_turn").map(({ item }) => item.id);
}
function textOf(item) {
  return item.content.map(({ text }) => text).join("\n\n");
}
function answerText(turn) {
  const parts = turn.items.map(({ item }) => {
    if (item.type === "assistant_message") return textOf(item);
    return item.type === "widget" ? item.copy_text ?? "" : "";
  });
  return parts.filter((part) => part !== "").join("\n\n");
}
var SILENT = /* @__PURE__ */ new Set(["client_tool_call", "end_of_turn"]);
function isVisible({ item }) {
  if (SILENT.has(item.type)) return false;
  return item.type !== "assistant_message" || item.content.some(({ text }) => text !== "");
}
function hasAnswer(turn) {
  return turn.items.some((view) => view.item.type !== "user_message" && isVisible(view));
}
function isProducing(turn) {
  const last = turn.items.filter(isVisible).at(-1);
  return last?.status === "streaming" && last.item.type !== "user_message";
}

// src/ui/turn.ts
function turnTemplate(turn, state, context) {
  const shown = turn.items.filter(isVisible);
  return b2`${c4(shown, (view, at2) => at2 === 0 ? "first" : view.item.id, (view) => itemTemplate(view, context))}
    ${state.error === null ? A : errorTemplate(state.error, userItemOf(turn)?.id ?? null, context)}
    <div class="turn-foot">${footTemplate(turn, state, context)}</div>`;
}
function footTemplate(turn, state, context) {
  if (state.phase === "responding") return workTemplate(turn, state, context.strings);
  const note = state.stopped ? b2`<span class="stopped">${icon("stop")}${context.strings.stopped}</span>` : A;
  const actions = hasAnswer(turn) || state.stopped ? actionsTemplate(turn, state, context) : A;
  return b2`${note}${actions}`;
}
function workTemplate(turn, { progress }, strings) {
  if (progress !== null) {
    return b2`<span class="progress">${progress.icon === null ? b2`<span class="pulse"></span>` : icon(progress.icon)}<span class="progress-text">${progress.text}</span></span>`;
  }
  return isProducing(turn) ? A : b2`<span class="pulse" role="img" aria-label=${strings.working}></span>`;
}
function actionsTemplate(turn, state, context) {
  return b2`<div class="actions">${actionsOf(turn, state, context).map(actionButton)}</div>`;
}
function actionsOf(turn, state, context) {
  const { strings } = context;
  const userId = userItemOf(turn)?.id;
  const actions = [];
  if (hasAnswer(turn)) {
    const label = state.copied ? strings.copied : strings.copyAnswer;
    actions.push({ label, icon: state.copied ? "check" : "copy", run: () => context.copy(turn) });
    if (context.offersFeedback) actions.push(...feedbackActions(turn, state, context));
  }
  if (context.offersRetry && userId !== void 0) {
    actions.push({ label: strings.retryAnswer, icon: "reload", run: () => context.retry(userId) });
  }
  return actions;
}
function feedbackActions(turn, { given }, { strings, feedback }) {
  return [
    { label: strings.goodAnswer, icon: "thumb-up", pressed: given === "positive", run: () => feedback(turn, "positive") },
    { label: strings.badAnswer, icon: "thumb-down", pressed: given === "negative", run: () => feedback(turn, "negative") }
  ];
}
function actionButton({ label, icon: name, run, pressed }) {
  return b2`<button type="button" class="icon-button small" aria-label=${label} title=${label}
    aria-pressed=${pressed === void 0 ? A : String(pressed)} @click=${run}>${icon(name)}</button>`;
}
function errorTemplate(error, userItemId, context) {
  const { strings } = context;
  const canRetry = error.allowRetry && userItemId !== null;
  return b2`<div class="card danger" role="group" aria-label=${strings.errorTitle}>
    ${icon("danger")}
    <div class="card-text"><strong>${strings.errorTitle}</strong><p>${error.message}</p></div>
    ${canRetry ? b2`<button type="button" class="button" @click=${() => context.retry(userItemId)}>${icon("reload")}${strings.retry}</button>` : A}
  </div>`;
}

// src/ui/thread.ts
var QUIET = { phase: "idle", progress: null, error: null, stopped: false, given: null, copied: false };
function sameState(a3, b3) {
  return a3.phase === b3.phase && a3.progress === b3.progress && a3.error === b3.error && a3.stopped === b3.stopped && a3.given === b3.given && a3.copied === b3.copied;
}
var ThreadList = class {
  constructor() {
    this.node = document.createElement("div");
    /** Feedback given in this page, and the turn whose text was just copied, by turn key. */
    this.given = /* @__PURE__ */ new Map();
    this.copied = null;
    this.rows = [];
    this.turns = [];
    this.node.className = "turns";
  }
  get lastTurn() {
    return this.turns.at(-1);
  }
  update(view, context) {
    const turns = turnsOf(view.items, this.turns);
    const last = turns.length - 1;
    const known = new Map(this.rows.map((row) => [row.turn.key, row]));
    const wanted = new Set(turns.map((turn) => turn.key));
    const orphans = this.rows.filter((row) => !wanted.has(row.turn.key));
    this.turns = turns;
    this.rows = turns.map((turn, at2) => {
      const row = known.get(turn.key) ?? (at2 === last ? orphans.pop() : void 0) ?? this.newRow(turn, context);
      return this.show(row, turn, this.stateOf(turn, at2 === last, view), context);
    });
    this.place();
  }
  stateOf(turn, isLast, view) {
    const given = this.given.get(turn.key) ?? null;
    const copied = this.copied === turn.key;
    if (!isLast) return given === null && !copied ? QUIET : { ...QUIET, given, copied };
    const phase = view.phase === "responding" ? "responding" : "idle";
    return { phase, progress: view.progress, error: view.error, stopped: view.stopped, given, copied };
  }
  newRow(turn, context) {
    const node = document.createElement("section");
    node.className = "turn";
    const row = { turn, state: QUIET, context, node };
    D(turnTemplate(turn, QUIET, context), node);
    return row;
  }
  show(row, turn, state, context) {
    if (row.turn !== turn || row.context !== context || !sameState(row.state, state)) {
      D(turnTemplate(turn, state, context), row.node);
    }
    row.node.classList.toggle("live", state.phase === "responding");
    row.turn = turn;
    row.state = state;
    row.context = context;
    return row;
  }
  place() {
    let next = this.node.firstChild;
    for (const { node } of this.rows) {
      if (node === next) next = next.nextSibling;
      else this.node.insertBefore(node, next);
    }
    while (next !== null) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
  }
};

// src/ui/chat.ts
var NAME = "turnstream-chat-view";
var COPIED_MS = 2e3;
var WIDE_PX = 900;
var NOTHING = {
  thread: null,
  items: [],
  hasEarlier: false,
  phase: "idle",
  canStop: false,
  progress: null,
  error: null,
  notices: [],
  stopped: false
};
var ChatView = class extends i4 {
  constructor() {
    super(...arguments);
    this.strings = english;
    this.threads = new ThreadList();
    this.composer = new Composer(this.composerHost());
    this.history = new History(this.historyHost());
    this.scrolling = new ScrollKeeper({ onMoved: () => this.reflectPlace(), onNearTop: () => void this.loadEarlier() });
    this.unsubscribe = null;
    this.shown = null;
    this.context = null;
    this.contextKey = [];
    this.spoken = "";
    this.isHistoryOpen = false;
    this.isLoadingEarlier = false;
    this.anchor = null;
    this.onClick = (event) => {
      const target = event.composedPath()[0];
      if (!(target instanceof Element)) return;
      const link = target.closest("a");
      const deeplink = link === null ? null : parseDeeplink(link.href);
      if (deeplink !== null) {
        event.preventDefault();
        this.fire("deeplink", deeplink);
      }
      const copy = target.closest(".code-copy");
      if (copy !== null) void this.copyCode(copy);
    };
    this.onKey = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (this.isHistoryOpen && !this.isWide) this.hideHistory();
      else if (this.view.phase === "responding" && this.view.canStop) this.session?.stop();
      else return;
      event.preventDefault();
    };
  }
  static {
    this.styles = styles;
  }
  static {
    this.properties = { session: { attribute: false }, options: { attribute: false } };
  }
  /** Puts the cursor into the message field. */
  focusComposer() {
    void this.updateComplete.then(() => this.composer.focus());
  }
  /** Replaces the given parts of what the composer holds for the open thread. */
  setComposerValue(value) {
    this.composer.set(value);
  }
  showHistory() {
    if (this.isHistoryOpen || this.settings.history?.enabled === false) return;
    this.isHistoryOpen = true;
    void this.history.refresh();
    this.fire("history-open");
    this.requestUpdate();
    void this.updateComplete.then(() => this.isWide || this.find("[data-close-history]")?.focus());
  }
  hideHistory() {
    if (!this.isHistoryOpen) return;
    this.isHistoryOpen = false;
    this.history.flush();
    this.fire("history-close");
    this.requestUpdate();
    void this.updateComplete.then(() => this.find(".history-button")?.focus());
  }
  connectedCallback() {
    super.connectedCallback();
    this.subscribe();
    this.requestUpdate();
  }
  disconnectedCallback() {
    super.disconnectedCallback();
    this.unsubscribe?.();
    this.unsubscribe = null;
    this.scrolling.detach();
    this.history.flush();
  }
  willUpdate(changed) {
    if (changed.has("session")) this.subscribe();
    if (changed.has("options")) applyTheme(this, this.settings.theme);
    this.scrolling.follows = !this.isStart && this.settings.thread?.autoScroll !== false;
    this.composer.useThread(this.view.thread?.id ?? null);
    this.history.noteThread(this.view.phase === "loading" ? null : this.view.thread);
    this.noteView(this.view);
  }
  render() {
    const { strings, settings, view } = this;
    const run = { toggleHistory: () => this.toggleHistory(), newChat: () => this.open(null) };
    return b2`<div class="shell" @click=${this.onClick} @keydown=${this.onKey}>
      <div class="layout ${this.isHistoryOpen ? "with-history" : ""}">
        ${this.isHistoryOpen ? this.historyTemplate() : A}
        <section class="chat" id="chat" aria-label=${settings.frameTitle ?? strings.chat}>
          ${headerTemplate(settings, view, strings, this.isHistoryOpen, run)}
          <div class="scroller" id="scroller" tabindex="0" role="region" aria-label=${strings.conversation} aria-busy=${view.phase !== "idle"}>
            <div class="content ${this.isStart ? "starts" : ""}" id="content">${this.contentTemplate()}</div>
          </div>
          <footer>
            <div class="jump-anchor"><button type="button" class="jump" id="jump" aria-label=${strings.jumpToLatest} title=${strings.jumpToLatest} hidden
              @click=${() => this.jump()}>${icon("arrow-down")}</button></div>
            <div class="column">
              ${noticesTemplate(view.notices, strings, this.turnContext.markdown, (id) => this.session?.dismissNotice(id))}
              ${this.entryTemplate()}${disclaimerTemplate(settings, this.turnContext.markdown)}
            </div>
          </footer>
        </section>
      </div>
      <div class="visually-hidden" role="status" aria-live="polite">${this.spoken}</div>
    </div>`;
  }
  updated(changed) {
    const scroller = this.byId("scroller");
    const content = this.byId("content");
    if (scroller !== null && content !== null) this.scrolling.attach(scroller, content);
    this.scrolling.hold(this.anchor, () => this.threads.update(this.view, this.turnContext));
    this.anchor = null;
    this.composer.fit();
    this.scrolling.settle();
    if (changed.has("session")) this.focusAtStart();
  }
  get settings() {
    return this.options ?? { api: { url: "" } };
  }
  get view() {
    return this.session?.view ?? NOTHING;
  }
  get isStart() {
    const { thread: thread3, items, phase, error } = this.view;
    return thread3 === null && items.length === 0 && phase !== "loading" && error === null;
  }
  get locale() {
    return this.settings.locale ?? navigator.language;
  }
  get isWide() {
    return this.clientWidth >= WIDE_PX;
  }
  /** The same object until an option or the thread's picture hosts change, so that turns need not be rendered again. */
  get turnContext() {
    const key = [this.options, this.view.thread?.allowed_image_domains?.join(" ") ?? ""];
    if (this.context === null || key.some((part, at2) => part !== this.contextKey[at2])) this.context = this.newContext();
    this.contextKey = key;
    return this.context;
  }
  newContext() {
    const { strings } = this;
    const imageDomains = this.view.thread?.allowed_image_domains ?? [];
    const taskLabel = (isDone) => isDone ? strings.taskDone : strings.taskOpen;
    const settings = { imageDomains, copyLabel: strings.copy, taskLabel };
    return {
      strings,
      locale: this.locale,
      markdown: settings,
      imageDomains,
      offersFeedback: this.settings.threadItemActions?.feedback === true,
      offersRetry: this.settings.threadItemActions?.retry === true,
      copy: (turn) => void this.copyTurn(turn),
      feedback: (turn, kind) => void this.giveFeedback(turn, kind),
      retry: (userItemId) => void this.retry(userItemId),
      resend: (item) => void this.retry(item.id)
    };
  }
  contentTemplate() {
    const { view, strings } = this;
    if (view.phase === "loading" && view.items.length === 0) return loadingTemplate(strings);
    if (view.items.length > 0) return b2`${this.threads.node}`;
    if (view.error !== null) return b2`<div class="turns">${errorTemplate(view.error, null, this.turnContext)}</div>`;
    return this.isStart ? startTemplate(this.settings, strings, (prompt) => void this.usePrompt(prompt)) : b2``;
  }
  entryTemplate() {
    const status = this.view.thread?.status;
    return status?.type === "closed" ? closedTemplate(status.reason, this.strings, () => this.open(null)) : this.composer.template();
  }
  historyTemplate() {
    return b2`<div class="scrim" @click=${() => this.hideHistory()}></div>
      <nav class="history" aria-label=${this.strings.history}>${this.history.template()}</nav>`;
  }
  subscribe() {
    this.unsubscribe?.();
    this.unsubscribe = this.isConnected ? this.session?.subscribe(() => this.requestUpdate()) ?? null : null;
  }
  noteView(view) {
    const before = this.shown;
    if (before === view) return;
    this.shown = view;
    this.spoken = announcement(before, view, this.strings) ?? this.spoken;
    const isOtherThread = before?.thread?.id !== view.thread?.id && before?.thread != null;
    const isSending = view.items.at(-1)?.item.type === "user_message" && before?.items.at(-1) !== view.items.at(-1);
    if (isOtherThread || isSending || before?.phase === "loading") this.scrolling.isPinned = true;
    else if (before?.items[0] !== view.items[0] && !this.scrolling.isPinned) this.anchor = this.firstVisibleTurn();
  }
  firstVisibleTurn() {
    const top = this.byId("scroller")?.getBoundingClientRect().top ?? 0;
    return [...this.threads.node.children].find((turn) => turn.getBoundingClientRect().bottom > top) ?? null;
  }
  async loadEarlier() {
    const { session, view } = this;
    if (session === void 0 || !view.hasEarlier || this.isLoadingEarlier || view.phase === "loading") return;
    this.isLoadingEarlier = true;
    try {
      await session.loadEarlier();
      await this.updateComplete;
    } catch (error) {
      this.log("thread.earlier_failed", error);
    }
    this.isLoadingEarlier = false;
  }
  /** What depends on sizes and places, after every scroll and layout. */
  reflectPlace() {
    const jump = this.byId("jump");
    const chat = this.byId("chat");
    if (jump !== null) jump.hidden = this.isStart || this.scrolling.distance < 120;
    chat?.classList.toggle("scrolled", (this.byId("scroller")?.scrollTop ?? 0) > 2);
    if (chat !== null) chat.inert = this.isHistoryOpen && !this.isWide;
  }
  jump() {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scrolling.toEnd(!isCalm && this.scrolling.distance < 4e3);
  }
  toggleHistory() {
    if (this.isHistoryOpen) this.hideHistory();
    else this.showHistory();
  }
  open(threadId) {
    if (!this.isWide) this.hideHistory();
    this.spoken = "";
    this.session?.openThread(threadId).catch((error) => this.log("thread.open_failed", error));
    if (matchMedia("(pointer: fine)").matches) this.focusComposer();
  }
  async retry(userItemId) {
    this.scrolling.isPinned = true;
    try {
      await this.session?.retry(userItemId);
    } catch (error) {
      this.log("retry_failed", error);
    }
  }
  async usePrompt({ prompt }) {
    const content = typeof prompt === "string" ? [{ type: "input_text", text: prompt }] : prompt;
    try {
      await this.submit({ content: [...content], attachments: [], quoted_text: null, inference_options: { tool_choice: null, model: null } });
    } catch (error) {
      this.log("send_failed", error);
    }
  }
  async submit(input) {
    this.scrolling.isPinned = true;
    await this.session?.send(input);
  }
  async copyTurn(turn) {
    if (!await copyText(answerText(turn))) return;
    this.threads.copied = turn.key;
    this.spoken = this.strings.copied;
    this.requestUpdate();
    setTimeout(() => {
      if (this.threads.copied === turn.key) this.threads.copied = null;
      this.requestUpdate();
    }, COPIED_MS);
  }
  async giveFeedback(turn, kind) {
    const before = this.threads.given.get(turn.key);
    if (before === kind) return;
    this.threads.given.set(turn.key, kind);
    this.requestUpdate();
    try {
      await this.session?.feedback(answerIds(turn), kind);
    } catch (error) {
      if (before === void 0) this.threads.given.delete(turn.key);
      else this.threads.given.set(turn.key, before);
      this.requestUpdate();
      this.log("feedback_failed", error);
    }
  }
  async copyCode(button) {
    const text = button.closest(".code")?.querySelector("code")?.textContent ?? "";
    if (!await copyText(text)) return;
    button.textContent = this.strings.copied;
    setTimeout(() => button.textContent = this.strings.copy, COPIED_MS);
  }
  /** On a desktop the field is ready for typing, unless the page has given the focus to something else. */
  focusAtStart() {
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && this.view.thread === null && matchMedia("(pointer: fine)").matches) this.composer.focus();
  }
  find(selector) {
    return this.renderRoot.querySelector(selector);
  }
  /** By id, in constant time: a selector would walk through the whole thread on every frame. */
  byId(id) {
    return this.renderRoot.getElementById(id);
  }
  fire(name, detail2) {
    this.dispatchEvent(new CustomEvent(name, { detail: detail2 }));
  }
  log(name, error) {
    this.fire("log", { name, data: { message: error instanceof Error ? error.message : String(error) } });
  }
  composerHost() {
    const chat = () => this;
    return {
      get strings() {
        return chat().strings;
      },
      get options() {
        return chat().settings;
      },
      get view() {
        return chat().view;
      },
      root: () => this.renderRoot,
      changed: () => this.requestUpdate(),
      submit: (input) => this.submit(input),
      stop: () => this.session?.stop(),
      toolChanged: (toolId) => this.fire("tool-change", { toolId })
    };
  }
  historyHost() {
    const chat = () => this;
    return {
      get session() {
        return chat().session ?? null;
      },
      get strings() {
        return chat().strings;
      },
      get locale() {
        return chat().locale;
      },
      get offersRename() {
        return chat().settings.history?.showRename !== false;
      },
      get offersDelete() {
        return chat().settings.history?.showDelete !== false;
      },
      root: () => this.renderRoot,
      changed: () => this.requestUpdate(),
      close: () => this.hideHistory(),
      open: (threadId) => this.open(threadId)
    };
  }
};
function defineChatView() {
  if (customElements.get(NAME) === void 0) customElements.define(NAME, ChatView);
}

// dev/fake-session.ts
var emptyView = {
  thread: null,
  items: [],
  hasEarlier: false,
  phase: "idle",
  canStop: false,
  progress: null,
  error: null,
  notices: [],
  stopped: false
};
var ANSWER = "Here is a **short answer** that streams.\n\n- first point\n- second point\n\n```ts\nconst answer = 42;\n```\n\nAnd a closing sentence.";
var made = 0;
var newId = (kind) => `${kind}_${++made}`;
var FakeSession = class {
  constructor(fixture = {}) {
    this.calls = [];
    this.listeners = /* @__PURE__ */ new Set();
    this.fixture = fixture;
    this.view = { ...emptyView, ...fixture.view };
    this.threads = fixture.threads ?? [];
    this.pagesLeft = fixture.earlier ?? 0;
    if (this.pagesLeft > 0) this.view = { ...this.view, hasEarlier: true };
  }
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  change(part) {
    this.view = { ...this.view, ...part };
    for (const listener of this.listeners) listener();
  }
  async send(input) {
    this.calls.push("send");
    const thread3 = this.view.thread ?? { id: newId("thr"), title: "A new conversation", created_at: (/* @__PURE__ */ new Date()).toISOString() };
    const item = { type: "user_message", id: newId("msg"), thread_id: thread3.id, created_at: thread3.created_at, content: input.content, quoted_text: input.quoted_text ?? null };
    this.change({ thread: thread3, items: [...this.view.items, { item, status: "done" }], phase: "responding", canStop: true, stopped: false, error: null });
    this.answer(thread3.id);
  }
  stop() {
    this.calls.push("stop");
    clearInterval(this.timer);
    this.change({ phase: "idle", stopped: true, progress: null, items: this.view.items.map((view) => ({ ...view, status: "done" })) });
  }
  async retry(userItemId) {
    this.calls.push(`retry ${userItemId}`);
    const at2 = this.view.items.findIndex(({ item }) => item.id === userItemId);
    this.change({ items: this.view.items.slice(0, at2 + 1), error: null, stopped: false, phase: "responding", canStop: true });
    this.answer(this.view.thread?.id ?? "");
  }
  async openThread(threadId) {
    this.calls.push(`open ${threadId}`);
    const thread3 = this.threads.find(({ id }) => id === threadId) ?? null;
    this.change({ ...emptyView, thread: thread3 });
  }
  async loadEarlier() {
    this.calls.push("earlier");
    this.pagesLeft -= 1;
    await new Promise((resolve) => setTimeout(resolve, 30));
    const page = Array.from({ length: 10 }, (_3, at2) => exchange(`Earlier ${this.pagesLeft}.${at2}`)).flat();
    this.change({ items: [...page, ...this.view.items], hasEarlier: this.pagesLeft > 0 });
  }
  dismissNotice(id) {
    this.change({ notices: this.view.notices.filter((notice) => notice.id !== id) });
  }
  async feedback(itemIds, kind) {
    this.calls.push(`feedback ${kind} ${itemIds.join(" ")}`);
  }
  async listThreads() {
    if (this.fixture.listing === "pending") return new Promise(() => {
    });
    if (this.fixture.listing === "failing") throw new Error("The server did not answer.");
    return { threads: this.threads, after: null };
  }
  async renameThread(threadId, title) {
    this.calls.push(`rename ${threadId} ${title}`);
    this.threads = this.threads.map((thread3) => thread3.id === threadId ? { ...thread3, title } : thread3);
  }
  async deleteThread(threadId) {
    this.calls.push(`delete ${threadId}`);
    this.threads = this.threads.filter(({ id }) => id !== threadId);
  }
  answer(threadId) {
    const text = this.fixture.answer ?? ANSWER;
    const id = newId("msg");
    const before = this.view.items;
    let shown = 0;
    this.timer = setInterval(() => {
      shown += 4;
      const isDone = shown >= text.length;
      const answer = assistant(text.slice(0, shown), { id, thread_id: threadId });
      this.change({ items: [...before, { item: answer, status: isDone ? "done" : "streaming" }], phase: isDone ? "idle" : "responding" });
      if (isDone) clearInterval(this.timer);
    }, 16);
  }
};
function assistant(text, more = {}) {
  const base3 = { id: newId("msg"), thread_id: "thr_1", created_at: "2026-07-24T09:00:00Z" };
  return { type: "assistant_message", ...base3, content: [{ type: "output_text", text }], ...more };
}
function user(text, more = {}) {
  const base3 = { id: newId("msg"), thread_id: "thr_1", created_at: "2026-07-24T09:00:00Z" };
  return { type: "user_message", ...base3, content: [{ type: "input_text", text }], ...more };
}
function done(...items) {
  return items.map((item) => ({ item, status: "done" }));
}
function exchange(topic) {
  return done(user(`${topic}: what is the state of the order?`), assistant(`${topic}: it left the warehouse and will arrive on **Thursday**.

Nothing else is needed from you.`));
}

// dev/states.ts
var base2 = { thread_id: "thr_1", created_at: "2026-07-24T09:00:00Z" };
var thread2 = { id: "thr_1", title: "Cycling from Vienna to Trieste", created_at: base2.created_at };
var LONG = `Vienna to Trieste is about **560 km** and takes most people seven to nine days. The Alpe-Adria part is the gem of it: an old railway line, paved and mostly downhill.

## The stages

| Day | From | To | Distance | Climb |
|----:|------|----|---------:|------:|
| 1 | Vienna | M\xFCrzzuschlag | 112 km | 940 m |
| 2 | M\xFCrzzuschlag | Judenburg | 98 km | 310 m |
| 3 | Judenburg | Klagenfurt | 104 km | 620 m |
| 4 | Klagenfurt | Tarvisio | 78 km | 540 m |
| 5 | Tarvisio | Udine | 97 km | 180 m |

A few things to settle before you leave:

1. **Trains.** Reserve the bicycle space between Villach and Udine; there are only six on each train.
2. **Beds.** Weekends in July fill up early. Book *Tarvisio* and *Gemona* first.
   - Gasthof Alte Post keeps a locked shed.
   - In Venzone, ask for \`Camera 4\`: it is the quiet one.
3. **Weather.** Thunderstorms come in the afternoon, so start before eight.

### Checking the climb

If you have the tracks as GPX files, this sums up the climb of a day:

\`\`\`python
from pathlib import Path
import gpxpy

def climb(path: Path) -> float:
    """Metres uphill, small noise ignored."""
    gpx = gpxpy.parse(path.read_text())
    return gpx.get_uphill_downhill().uphill

print(f"{climb(Path('day1.gpx')):.0f} m")
\`\`\`

> The tunnel after Tarvisio is lit, but cold: keep a jacket within reach.

- [x] Spare tube
- [ ] Lights for the tunnels

More in the [official guide](https://www.alpe-adria-radweg.com).`;
var SOURCED = assistant("", {
  content: [{
    type: "output_text",
    text: "Returns are free within 30 days of delivery. Opened software is excluded, and large furniture is collected from your home.",
    annotations: [
      { type: "annotation", index: 44, source: { type: "url", title: "Returns and refunds", url: "https://www.example.com/help/returns" } },
      { type: "annotation", index: 72, source: { type: "file", title: "Terms of sale, July 2026", filename: "terms-2026-07.pdf" } },
      { type: "annotation", index: 121, source: { type: "url", title: "Collection of large items", url: "https://help.example.org/collection", attribution: "Help centre" } }
    ]
  }]
});
var REASONING = {
  ...base2,
  type: "workflow",
  id: "wf_1",
  workflow: {
    type: "reasoning",
    summary: { duration: 14 },
    expanded: true,
    tasks: [
      { type: "thought", title: "Comparing the two routes", content: "The Drava route is longer but has no pass. The question asks for *seven days*, so the pass over Semmering is the better choice." },
      { type: "web_search", title_query: "Alpe-Adria trail closures July 2026", queries: ["alpe adria radweg sperre juli 2026", "tarvisio cycle path closed"], sources: [
        { type: "url", title: "Current closures", url: "https://www.alpe-adria-radweg.com/news" },
        { type: "url", title: "Regione FVG: ciclovie", url: "https://www.regione.fvg.it" }
      ] },
      { type: "file", title: "Read the packing list", sources: [{ type: "file", title: "packing.md", filename: "packing.md" }] }
    ]
  }
};
var DAY = 864e5;
var ago = (days) => new Date(Date.now() - days * DAY).toISOString();
var threads = [
  thread2.title,
  "Refund for order 20418",
  "Rename the staging cluster",
  "Anniversary dinner ideas",
  "Why does the build take nine minutes since we moved to the new machines",
  "Letter to the landlord",
  "Kernel density estimate in pandas",
  "Sourdough at 30 \xB0C",
  "Difference between lease and rent",
  "Pension statement, explained"
].map((title, at2) => ({ id: at2 === 0 ? "thr_1" : `thr_h${at2}`, title: title ?? null, created_at: ago([0, 0, 1, 1, 3, 5, 6, 24, 40, 300][at2] ?? 0) }));
var question = user("I want to cycle from Vienna to Trieste in July. How would you split it into days, and what should I book ahead?");
var prompts = [
  { label: "Where is my order?", prompt: "Where is my order?", icon: "map-pin" },
  { label: "Start a return or exchange", prompt: "I would like to return something", icon: "reload" },
  { label: "Explain my last invoice", prompt: "Explain my last invoice", icon: "document" },
  { label: "Find a gift under \u20AC50", prompt: "Find a gift under 50 euros", icon: "sparkle" }
];
var tools = [
  { id: "search", label: "Search the catalogue", shortLabel: "Search", icon: "search", pinned: true, placeholderOverride: "What are you looking for?" },
  { id: "image", label: "Create an image", shortLabel: "Image", icon: "images" },
  { id: "analysis", label: "Analyse a table", icon: "chart" }
];
var models = [
  { id: "fast", label: "Swift", description: "For everyday questions", default: true },
  { id: "deep", label: "Thorough", description: "Thinks longer" },
  { id: "old", label: "Classic", description: "Not available on your plan", disabled: true }
];
var running = { thread: thread2, phase: "responding", canStop: true };
var states = {
  start: { options: { startScreen: { prompts }, disclaimer: { text: "Answers can be wrong. [How we use what you write](https://example.com/privacy)" } } },
  "start-tools": { options: { composer: { tools, models } }, then: "type" },
  "tool-menu": { options: { composer: { tools, models } }, then: "menu" },
  "model-menu": { options: { composer: { tools, models } }, then: "models" },
  "first-token": { view: { ...running, items: done(question) } },
  progress: { view: { ...running, items: done(question), progress: { icon: "search", text: "Looking up the stages of the Alpe-Adria trail\u2026" } } },
  streaming: { view: { ...running, items: [...done(question), { item: assistant(LONG.slice(0, 640)), status: "streaming" }] } },
  long: { view: { thread: thread2, items: done(question, assistant(LONG)) }, then: "top" },
  "long-end": { view: { thread: thread2, items: done(question, assistant(LONG)) } },
  stopped: { view: { thread: thread2, items: done(question, assistant(LONG.slice(0, 168))), stopped: true } },
  error: { view: { thread: thread2, items: done(question), error: { code: "stream.error", message: "The answer broke off because the connection to the model was lost. Your message is safe.", allowRetry: true } } },
  "not-sent": { view: { thread: thread2, items: [...exchange("Order 20418"), { item: user("Can you send it to my office instead?"), status: "failed" }] } },
  locked: { view: { thread: { ...thread2, status: { type: "locked", reason: "Ada from support is looking into this and will answer here." } }, items: exchange("Order 20418") } },
  closed: { view: { thread: { ...thread2, status: { type: "closed", reason: "This conversation was closed after 30 days." } }, items: exchange("Order 20418") } },
  loading: { view: { thread: thread2, phase: "loading" } },
  notices: { view: { thread: thread2, items: exchange("Order 20418"), notices: [
    { id: "1", level: "info", title: null, message: "Your documents are being indexed; answers get better in **about a minute**." },
    { id: "2", level: "warning", title: "Almost at your limit", message: "You have 3 messages left today. [See plans](https://example.com/plans)" },
    { id: "3", level: "danger", title: null, message: "The calendar could not be reached, so nothing was booked." }
  ] } },
  sources: { view: { thread: thread2, items: done(user("Can I send back the desk I bought three weeks ago?"), SOURCED) }, then: "open-folds" },
  reasoning: { view: { thread: thread2, items: done(question, REASONING, assistant("Take the pass over **Semmering**: it is the shorter way, and nothing is closed in July.")) } },
  workflow: { view: { ...running, items: [...done(question), { item: { ...base2, type: "workflow", id: "wf_2", workflow: { type: "custom", tasks: [{ type: "custom", title: "Reading the invoice", icon: "document", status_indicator: "complete" }, { type: "custom", title: "Comparing it with the order", icon: "chart", status_indicator: "loading" }], expanded: true } }, status: "streaming" }] } },
  quote: { view: { thread: thread2, items: done(user("And what does that mean for the desk?", { quoted_text: "Opened software is excluded, and large furniture is collected from your home.", attachments: [{ type: "file", id: "a1", name: "invoice-20418.pdf", mime_type: "application/pdf" }] }), assistant("It is **collected**: choose a day and leave it packed in the hall.")) }, then: "type" },
  fallbacks: { view: { thread: thread2, items: done(user("Show me the weather and ask me something"), { ...base2, type: "widget", id: "w1", widget: { type: "Card", children: [{ type: "Title", value: "Trieste" }, { type: "Text", value: "24 \xB0C, light wind from the east" }] } }, { ...base2, type: "structured_input", id: "s1", status: "answered", inputs: [{ id: "q1", type: "multiple_choice", question: "Which day suits you?", options: [{ value: "Monday" }], answer: { values: ["Monday"], skipped: false } }] }, { ...base2, type: "generated_image", id: "g1", image: null }) } },
  history: { view: { thread: thread2, items: exchange("Order 20418") }, threads, then: "history" },
  rename: { view: { thread: thread2, items: exchange("Order 20418") }, threads, then: "rename" },
  "row-menu": { view: { thread: thread2, items: exchange("Order 20418") }, threads, then: "row-menu" },
  delete: { view: { thread: thread2, items: exchange("Order 20418") }, threads, then: "delete" },
  "history-empty": { threads: [], then: "history" },
  "history-loading": { listing: "pending", then: "history" },
  "history-error": { listing: "failing", then: "history" },
  rtl: { dir: "rtl", options: { locale: "ar", startScreen: { prompts } }, threads, view: { thread: { ...thread2, title: "\u0631\u062D\u0644\u0629 \u0628\u0627\u0644\u062F\u0631\u0627\u062C\u0629 \u0645\u0646 \u0641\u064A\u064A\u0646\u0627" }, items: done(user("\u0643\u064A\u0641 \u0623\u0642\u0633\u0645 \u0627\u0644\u0631\u062D\u0644\u0629 \u0625\u0644\u0649 \u0623\u064A\u0627\u0645\u061F"), assistant("\u062E\u0645\u0633\u0629 \u0623\u064A\u0627\u0645 \u062A\u0643\u0641\u064A:\n\n1. \u0645\u0646 **\u0641\u064A\u064A\u0646\u0627** \u0625\u0644\u0649 \u0645\u0648\u0631\u062A\u0633\u0648\u0634\u0644\u0627\u063A\n2. \u062B\u0645 \u0625\u0644\u0649 \u064A\u0648\u062F\u0646\u0628\u0648\u0631\u063A\n\n| \u0627\u0644\u064A\u0648\u0645 | \u0627\u0644\u0645\u0633\u0627\u0641\u0629 |\n|---|---:|\n| 1 | 112 \u0643\u0645 |\n\n```js\nconst days = 5;\n```\n\n> \u062E\u0630 \u0633\u062A\u0631\u0629 \u0644\u0644\u0646\u0641\u0642.")) }, then: "history" },
  themed: { options: { startScreen: { prompts }, theme: { radius: "soft", density: "compact", typography: { baseSize: 15 }, color: { grayscale: { hue: 150, tint: 6 }, accent: { primary: "#0f8a5f", level: 2 } } } }, view: { thread: thread2, items: exchange("Order 20418") } },
  earlier: { earlier: 5, view: { thread: thread2, items: Array.from({ length: 12 }, (_3, at2) => exchange(`Latest ${at2}`)).flat() } }
};

// dev/dev.ts
var query = new URLSearchParams(location.search);
var frame2 = () => new Promise((resolve) => requestAnimationFrame(resolve));
function themeOf(theme) {
  const option = typeof theme === "object" ? theme : {};
  const font = query.get("font");
  const typography = font === null ? option.typography : { ...option.typography, fontFamily: `${font}, system-ui, sans-serif` };
  return { ...option, colorScheme: query.get("scheme") === "dark" ? "dark" : "light", ...typography === void 0 ? {} : { typography } };
}
function optionsOf(state) {
  const actions = { feedback: true, retry: true };
  return { api: { url: "/chat" }, threadItemActions: actions, ...state.options, theme: themeOf(state.options?.theme) };
}
function press(view, selector) {
  view.shadowRoot?.querySelector(selector)?.click();
}
async function pick(view, entry) {
  press(view, "[data-menu=thr_h1]");
  await frame2().then(frame2);
  view.shadowRoot?.querySelectorAll(".menu button")[entry]?.click();
}
var steps = {
  history: (view) => view.showHistory(),
  async rename(view) {
    view.showHistory();
    await frame2().then(frame2);
    await pick(view, 0);
  },
  async delete(view) {
    view.showHistory();
    await frame2().then(frame2);
    await pick(view, 1);
  },
  "open-folds": (view) => view.shadowRoot?.querySelectorAll("details").forEach((fold) => fold.open = true),
  type: (view) => view.setComposerValue({ text: "Something with\ntwo lines", reply: "large furniture is collected from your home", selectedToolId: "search" }),
  top: async (view) => {
    await frame2().then(frame2);
    view.shadowRoot?.querySelector(".scroller")?.scrollTo(0, 0);
  },
  async "row-menu"(view) {
    view.showHistory();
    await frame2().then(frame2);
    press(view, "[data-menu=thr_h1]");
  },
  menu: (view) => press(view, "[data-menu=tools]"),
  models: (view) => press(view, "[data-menu=model]")
};
async function show(name) {
  const state = states[name] ?? {};
  document.documentElement.dir = state.dir ?? "ltr";
  const view = document.createElement("turnstream-chat-view");
  const session = new FakeSession(state);
  Object.assign(globalThis, { view, session });
  view.options = optionsOf(state);
  view.session = session;
  for (const event of ["deeplink", "log", "tool-change", "history-open"]) view.addEventListener(event, (e5) => console.info(event, e5.detail));
  document.querySelector("#stage")?.replaceChildren(view);
  await view.updateComplete;
  await frame2().then(frame2);
  if (state.then !== void 0) await steps[state.then](view);
  await frame2().then(frame2);
  document.body.dataset["ready"] = name;
}
function listStates() {
  for (const name of Object.keys(states)) {
    const link = document.createElement("a");
    link.href = `?state=${name}&scheme=${query.get("scheme") ?? "light"}&nav=1`;
    link.textContent = name;
    document.querySelector("#states")?.append(link);
  }
}
defineChatView();
if (!query.has("state") || query.has("nav")) listStates();
void show(query.get("state") ?? "start");
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
lit-html/async-directive.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
lit-html/directives/live.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
//# sourceMappingURL=dev.js.map
