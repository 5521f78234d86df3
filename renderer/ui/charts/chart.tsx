// The only user of the chart library: draws a description as SVG, follows the size of its box and the theme, and gives the picture away.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendScrollComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useImperativeHandle, useRef, type ReactNode, type Ref } from 'react'
import type { ChartDescription } from '../../../shared/charts/description.ts'
import './chart.css'
import { chartColors, echartsOption } from './echarts-option.ts'

use([CustomChart, LineChart, ScatterChart, GridComponent, LegendScrollComponent, TooltipComponent, SVGRenderer])

export interface ChartPicture {
  /** The drawn chart as SVG text, with its own background. */
  svg(): string
  size(): { readonly width: number; readonly height: number }
}

function svgText(box: HTMLElement): string {
  const drawn = box.querySelector('svg')
  if (drawn === null) return ''
  const copy = drawn.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  back.setAttribute('width', '100%')
  back.setAttribute('height', '100%')
  back.setAttribute('fill', getComputedStyle(document.body).backgroundColor)
  copy.prepend(back)
  return new XMLSerializer().serializeToString(copy)
}

export function Chart({ chart, height, picture }: { readonly chart: ChartDescription; readonly height: number; readonly picture?: Ref<ChartPicture> }): ReactNode {
  const box = useRef<HTMLDivElement>(null)
  const drawn = useRef<EChartsType | null>(null)
  useImperativeHandle(picture, () => ({
    svg: () => (box.current === null ? '' : svgText(box.current)),
    size: () => ({ width: box.current?.clientWidth ?? 0, height }),
  }), [height])
  const described = useRef(chart)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const instance = init(element, null, { renderer: 'svg', width: element.clientWidth || 480, height })
    drawn.current = instance
    const draw = (): void => instance.setOption(echartsOption(described.current, chartColors(element)), { notMerge: true })
    draw()
    const sized = new ResizeObserver(() => { if (element.clientWidth > 0) instance.resize({ width: element.clientWidth, height }) })
    const themed = new MutationObserver(draw)
    sized.observe(element)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      sized.disconnect()
      themed.disconnect()
      instance.dispose()
      drawn.current = null
    }
  }, [height])
  // Another description is drawn in place: a chart that follows a slider must not be built anew at every step.
  useEffect(() => {
    if (described.current === chart || box.current === null) return
    described.current = chart
    drawn.current?.setOption(echartsOption(chart, chartColors(box.current)), { notMerge: true })
  }, [chart])
  return <div ref={box} role="img" aria-label={`${chart.title}. ${chart.summary}`} style={{ height, width: '100%' }} />
}
